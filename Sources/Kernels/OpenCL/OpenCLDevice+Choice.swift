import Synchronization

extension OpenCLDevice {
    /// The devices that a word may mean, the best first: `gpu` for all, those of type GPU before the others; `auto` for GPUs alone; a
    /// number, or a part of a name, whatever its case.
    ///
    /// - Throws: where there is no OpenCL, or no such device.
    static func named(_ word: String) throws(OpenCLError) -> [OpenCLDevice] {
        if case .failure(let error) = library { throw error }
        let all = all()
        let found: [OpenCLDevice] =
            switch word {
            case "gpu": all.filter(\.isGPU) + all.filter { !$0.isGPU }
            case "auto": all.filter(\.isGPU)
            default:
                Int(word).map { number in all.filter { $0.number == number } }
                    ?? all.filter { $0.name.lowercased().contains(word.lowercased()) }
            }
        if found.isEmpty { throw .none(word: word, all: all.map { "\($0.number) \($0.name)" }) }
        return found
    }

    /// Throws where a word means no device that is there; whether it proves itself is seen when it is used.
    package static func check(_ word: String) throws(OpenCLError) {
        if word != "cpu", word != "auto" { _ = try named(word) }
    }

    /// The first device that proves itself, or that is known to have done so.
    ///
    /// - Parameters:
    ///   - orElse: whether the next ones are asked where the first one fails.
    ///   - isKnown: whether a device has proved itself before, with the same driver and the same kernels.
    /// - Throws: what is wrong with the first one.
    private static func firstProved(
        of devices: [OpenCLDevice], orElse: Bool, isKnown: (OpenCLDevice) -> Bool
    ) throws(OpenCLError) -> OpenCLDevice {
        var first: OpenCLError?
        for device in devices.prefix(orElse ? devices.count : 1) {
            if proved.withLock({ $0.contains(device.number) }) { return device }
            do throws(OpenCLError) {
                if !isKnown(device) { try device.prove() }
                _ = proved.withLock { $0.insert(device.number) }
                return device
            } catch { first = first ?? error }
        }
        throw first ?? .noLibrary
    }

    private static let proved = Mutex<Set<Int>>([])

    /// What a word means as a device for a stage's kernels: `nil` for the processor.
    ///
    /// - Parameters:
    ///   - word: `cpu`; `auto`, the first GPU that proves itself, else the processor; `gpu`, the first device of all that proves itself,
    ///     GPUs before others; a number or a name: the first such device, which has to prove itself.
    ///   - tell: is told why `auto` came to the processor.
    ///   - isKnown: whether a device has proved itself before, with the same driver and the same kernels.
    /// - Throws: what is wrong with the device, unless `auto` was asked for.
    package static func chosen(
        by word: String, tell: (String) -> Void = { _ in }, isKnown: (OpenCLDevice) -> Bool = { _ in false }
    ) throws(OpenCLError) -> OpenCLDevice? {
        if word == "cpu" { return nil }
        do throws(OpenCLError) {
            return try firstProved(of: named(word), orElse: ["gpu", "auto"].contains(word), isKnown: isKnown)
        } catch {
            if word != "auto" { throw error }
            tell("on the processor: \(error)")
            return nil
        }
    }
}
