import Pipeline
import Platform

/// A call that is wrong, as facts; the wording is here.
enum UsageError: Error, Hashable, CustomStringConvertible {
    case unknownVerb(String, near: [String])
    case unknownOption(String, verb: String, near: [String])
    case missingValue(Option, verb: String)
    case unexpectedValue(Option, verb: String)
    case badValue(String, Option, expected: String, near: [String])
    /// A list of values, and what is wrong with it.
    case badList(String, Option, String)
    case tooManyWords(String, verb: String)
    case missingWord(String, verb: String)
    /// There is no list of sources where the project should be.
    case noProject(String)
    /// Options that do not go together, and what would.
    case unfitting(String, fitting: [String])
    /// A mirror whose password would be written into the script of a job.
    case secretInJob(String)
    /// A name that no sweep has, and those that there are.
    case unknownSweep(String, among: [String])
    case unknownCase(String, among: [String])
    /// A path that begins with the home of nobody knows whom.
    case unknownHome(String)
    /// A wish for more memory than there is.
    case tooLarge(String, bytes: Double, memory: Int, options: [String])
    /// A mirror that is neither an address nor a folder.
    case noFolder(String)
    /// A file of the user's that is not what the call takes it for, in words that name it.
    case unusable(String)

    /// An output that would be among what only the store writes and clears away: the path, and the store's.
    case insideStore(String, store: String)
    /// A variable of the environment with a quote that does not end.
    case openQuote(String)

    /// - Throws: `insideStore` where a path leads there, by whatever links.
    static func refuse(_ path: String, inside store: String) throws {
        let files = FileSystem(), place = files.fullPath(path), inner = files.fullPath(store)
        if place == inner || place.hasPrefix(inner + "/") { throw insideStore(path, store: store) }
    }

    var description: String {
        switch self {
        case .insideStore(let path, let store):
            "\(path) is in the store \(store), which keeps nothing but its own; give another place with --output"
        case .unknownVerb(let word, let near): "there is no verb \(word)\(didYouMean(near)); see `samedge help`"
        case .unknownOption(let word, let verb, let near):
            "`samedge \(verb)` has no option \(word)\(didYouMean(near)); see `samedge help \(verb)`"
        case .missingValue(let option, let verb):
            "\(option.name) needs a value: \(option.forms.drop { $0 == " " }); see `samedge help \(verb)`"
        case .unexpectedValue(let option, let verb): "\(option.name) takes no value; see `samedge help \(verb)`"
        case .badValue(let value, let option, let expected, let near):
            "\(option.name) cannot be \"\(value)\"\(didYouMean(near)); it is \(expected)"
        case .badList(let text, let option, let reason): "\(option.name) cannot be \"\(text)\": \(reason)"
        case .tooManyWords(let word, let verb): "`samedge \(verb)` does not take \"\(word)\"; see `samedge help \(verb)`"
        case .noProject(let folder):
            "there is no data/sources.json in \(folder) nor above it; call samedge inside the project's folder"
        case .unfitting(let what, let fitting): "there is no \(what); what goes there is \(fitting.joined(separator: " or "))"
        case .unknownSweep(let name, let names):
            "there is no sweep \(name)\(didYouMean(nearest(to: name, among: names))); "
                + (names.isEmpty ? "`samedge train --name NAME` makes one" : "there are \(names.joined(separator: ", "))")
        case .unknownCase(let word, let names): "there is no case \(word); there are \(names.joined(separator: ", "))"
        case .secretInJob(let mirror):
            "the password of \(mirror) would stand in the script of a job; put it into ~/.netrc, where curl finds it, and leave it "
                + "out of the address"
        case .unknownHome(let path):
            "it is not known whose home the ~ of \(path) is; write the full path, or ./\(path) for a folder of that name"
        case .tooLarge(let what, let bytes, let memory, let options):
            "\(what) takes at least \(sizeText(Int(min(bytes, 1e18)))) of memory, and here are \(sizeText(memory)); lower "
                + options.joined(separator: ", ")
        case .noFolder(let path):
            "the mirror \(withoutPasswords(path)) is no folder; give one that is there, or an address that begins with https://"
        case .unusable(let what): what
        case .openQuote(let variable): "a quote in \(variable) does not end"
        case .missingWord(let what, let verb): "`samedge \(verb)` needs \(what); see `samedge help \(verb)`"
        }
    }
}
