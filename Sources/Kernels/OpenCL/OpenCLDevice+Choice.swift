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

    /// What a word means as a device for a stage's kernels: `nil` for the processor.
    ///
    /// - Parameters:
    ///   - word: `cpu`; `auto`, the first GPU that proves itself, else the processor; `gpu`, a number or a name: the first such device,
    ///     which has to prove itself.
    ///   - tell: is told why `auto` came to the processor.
    /// - Throws: what is wrong with the device, unless `auto` was asked for.
    package static func chosen(by word: String, tell: (String) -> Void = { _ in }) throws(OpenCLError) -> OpenCLDevice? {
        if word == "cpu" { return nil }
        do throws(OpenCLError) {
            let device = try named(word)[0]
            try device.prove()
            return device
        } catch {
            if word != "auto" { throw error }
            tell("on the processor: \(error)")
            return nil
        }
    }
}
