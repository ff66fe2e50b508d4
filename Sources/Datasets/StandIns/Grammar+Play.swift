extension Grammar {
    /// The sentences of a play, and who speaks them.
    // swift-format-ignore
    static let play = Grammar([
        ("speaker", [
            "<name>", "<name>", "<name>", "<name>", "<rank> <name>", "<order> <trade>", "<trade>",
        ]),
        ("name", [
            "ALDRIC", "BERENGAR", "CORISANDE", "DORVAL", "ELSPETH", "FAUSTIN", "GISELLE", "HALVARD", "ISOLINE", "JORAM",
            "LEONTES", "MARIGOLD", "NICANOR", "ORLAITH", "PELLAM", "ROSAMUND", "SIGISMUND", "TAMSIN", "ULFRIC", "WINIFRED",
        ]),
        ("rank", ["KING", "QUEEN", "DUKE", "LADY", "LORD", "FATHER"]),
        ("order", ["First", "Second", "Third"]),
        ("trade", ["Miller", "Soldier", "Servant", "Watchman", "Gardener", "Sailor", "Messenger", "Nurse", "Fool"]),
        ("sentence", [
            "<statement>.", "<statement>.", "<statement>;", "<statement>, and <statement>.",
            "<statement>, for <statement>.", "<statement>: <statement>.", "<question>?", "<question>?",
            "<call>, <statement>!", "<call>, <question>?", "<command>.", "<command>, <call>!",
            "<statement>, if <statement>.", "when <statement>, <statement>.", "O <adjective> <noun>!",
            "<statement>, <call>.", "no, <call>, <command>.",
        ]),
        ("statement", [
            "<who> <modal> <act> <what>", "<who> <modal> not <act> <what>", "<what> <modal> <act> <what>",
            "<what> is <quality>", "<what> was <quality> <time>", "I have <acted> <what>", "he hath <acted> <what>",
            "thou hast <acted> <what> <where>", "there is no <noun> <where>", "I am <quality>", "thou art <quality>",
            "my <noun> is <quality> <where>", "<who> <modal> <act> <what> <where>", "<who> <modal> <act> <what> <time>",
            "I saw <what> <where>", "so <adjective> a <noun> <modal> <act> <what>", "we are but <many> <where>",
            "she <modal> <act> <what>, not <what>",
        ]),
        ("question", [
            "what <noun> is this", "<modal> <who> <act> <what>", "why <modal> <who> <act> <what>", "where is <what>",
            "who <modal> <act> <what>", "is <what> <quality>", "how <modal> <what> <act> <what>",
            "hast thou <acted> <what>",
        ]),
        ("command", [
            "<act> <what>", "let <what> <act> <what>", "go, <act> <what>", "speak of <what>",
            "come <where>, and <act> <what>", "bring me <what>", "tell <what> that <statement>",
        ]),
        ("call", [
            "my lord", "good sir", "sweet lady", "fellow", "gentle <noun>", "my <adjective> friend", "brother", "cousin",
            "madam", "<adjective> <noun>",
        ]),
        ("who", ["I", "thou", "he", "she", "we", "you", "they", "the <noun>", "thy <noun>", "the king", "my father", "no man"]),
        ("what", [
            "the <noun>", "the <adjective> <noun>", "my <noun>", "thy <noun>", "his <adjective> <noun>", "a <noun>",
            "this <noun>", "that <adjective> <noun>", "the <noun> of <many>", "her <noun>", "our <many>",
            "these <adjective> <many>", "<many>",
        ]),
        ("modal", ["will", "shall", "must", "may", "would", "should", "did", "cannot", "might", "dare"]),
        ("act", [
            "love", "fear", "serve", "follow", "forsake", "remember", "curse", "bless", "crown", "bury", "answer", "deny",
            "mock", "guard", "seek", "carry", "break", "mend", "praise", "behold", "trust", "betray", "comfort", "wake",
            "leave", "keep",
        ]),
        ("acted", [
            "loved", "feared", "served", "followed", "forsaken", "forgotten", "cursed", "blessed", "crowned", "buried",
            "denied", "mocked", "sought", "broken", "mended", "praised", "trusted", "betrayed", "left", "kept", "lost",
            "sworn by", "wept for",
        ]),
        ("noun", [
            "crown", "sword", "heart", "night", "morning", "river", "garden", "castle", "ship", "brother", "daughter",
            "sorrow", "honour", "promise", "letter", "lantern", "winter", "summer", "shadow", "tongue", "hand", "grave",
            "throne", "battle", "mercy", "harvest", "thief", "horse", "storm", "kingdom", "secret", "wound", "song",
            "fortune", "candle", "oath", "bell", "window", "feast", "ring",
        ]),
        ("many", [
            "tears", "kings", "enemies", "swords", "flowers", "years", "shadows", "ships", "friends", "stars", "wolves",
            "walls", "children", "ashes", "roses", "words", "waters", "stones",
        ]),
        ("adjective", [
            "noble", "bitter", "gentle", "cruel", "golden", "weary", "false", "honest", "ancient", "bloody", "silent",
            "proud", "foolish", "merry", "pale", "worthy", "wretched", "hollow", "tender", "fearful", "broken", "royal",
        ]),
        ("quality", [
            "<adjective>", "<adjective>", "<adjective> and <adjective>", "as <adjective> as <what>",
            "too <adjective> for <what>", "dead", "gone <where>", "<acted> by <many>", "not <adjective>",
            "more <adjective> than <what>",
        ]),
        ("where", [
            "in the <noun>", "upon the <noun>", "by the river", "beneath the <adjective> <noun>", "at the gate",
            "beyond the walls", "in this house", "among <many>", "here", "in <adjective> company", "before the throne",
        ]),
        ("time", ["to-night", "to-morrow", "ere morning", "these ten years", "in my youth", "once more", "at midnight", "too late"]),
    ])
}
