import Datasets
import Formats

extension Dataset {
    /// A million characters of plays.
    package static let tinyShakespeare = Dataset(
        name: "tiny_shakespeare", title: "tiny_shakespeare", files: ["tinyshakespeare/input.txt"], shape: [],
        characters: Preparation.Counts(train: 854_960, test: 260_434),
        usual: Usual(networks: ["transformer"], batchSize: 32, sequenceLength: 64),
        parts: { files, counts, sequenceLength in
            guard let sequenceLength else { throw RecordError.missing("sequence_length") }
            return try Preparation.text(PlayText(files.plain(0, 1 << 24)), sequenceLength: sequenceLength, counts: counts)
        },
        standIns: { _ in [StandIns.tinyShakespeare()] })
}
