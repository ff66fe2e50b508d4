import Foundation
import Platform
import TestSupport
import Testing

@testable import samedge

/// Expects that a call is refused as wrong, in a line that holds some words.
func expectRefusal(of call: [String], saying words: String, at location: SourceLocation = #_sourceLocation) {
    let end = Command(
        project: .paper,
        streams: .init(
            out: { _ in },
            err: {
                #expect($0.contains(words) && $0.split(separator: "\n").count == 1, "\($0)", sourceLocation: location)
            }, isLive: false)
    ).perform(call)
    #expect(end == .usage, sourceLocation: location)
}

/// The built program, run as its users run it, in a project folder of its own.
struct Program {
    private let folder: TemporaryFolder
    var root: String { folder.path }

    /// A folder with the project's list of sources, and nothing else.
    init() throws {
        folder = try .inMemory()
        try FileManager.default.createDirectory(atPath: root + "/data", withIntermediateDirectories: true)
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try FileManager.default.copyItem(atPath: package.path + "/data/sources.json", toPath: root + "/data/sources.json")
    }

    /// Whether a program is on the search path.
    static func isInstalled(_ name: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    /// Whether this process may mount folders, as root may where nothing keeps it from that.
    static let mayMount: Bool = {
        do { return try Program().shell("unshare -m sh -c 'mount --bind . .'").code == 0 } catch { return false }
    }()

    /// Beside the tests' own executable.
    private static var path: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("samedge")
    }

    private func process(_ call: [String], environment: [String: String]) -> Process {
        let process = Process()
        process.executableURL = Self.path
        process.arguments = call
        process.currentDirectoryURL = URL(fileURLWithPath: root)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        return process
    }

    /// Runs a call to its end.
    ///
    /// - Parameter output: a file that is written to instead of the text given back.
    func run(_ call: [String], environment: [String: String] = [:], output: String? = nil) throws -> (
        code: Int32, out: String, err: String
    ) {
        let process = process(call, environment: environment)
        let out = Pipe(), err = root + "/stderr-" + UUID().uuidString
        try Data().write(to: URL(fileURLWithPath: err))
        if let output { process.standardOutput = FileHandle(forWritingAtPath: output) } else { process.standardOutput = out }
        process.standardError = FileHandle(forWritingAtPath: err)
        try process.run()
        if output != nil { try out.fileHandleForWriting.close() }
        let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text, try String(contentsOfFile: err, encoding: .utf8))
    }

    /// Runs commands of the shell, in which `samedge` is the program.
    func shell(_ commands: String, environment: [String: String] = [:]) throws -> (code: Int32, out: String, err: String) {
        let folder = root + "/commands"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? FileManager.default.createSymbolicLink(atPath: folder + "/samedge", withDestinationPath: Self.path.path)
        let process = process([], environment: environment), out = root + "/shell-out", err = root + "/shell-err"
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "PATH=\"$0:$PATH\"\n" + commands, folder]
        for file in [out, err] { try Data().write(to: URL(fileURLWithPath: file)) }
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: err)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOfFile: out, encoding: .utf8),
            try String(contentsOfFile: err, encoding: .utf8)
        )
    }

    /// Runs a call with `--json` and sends `signal` at the first event for which `moment` is true.
    ///
    /// - Parameter errors: a file that standard error is written to.
    /// - Returns: how the program ended, and the processor time in seconds that it took from then on; `nil` where that event
    ///   never came.
    func run(
        _ call: [String], signal: Int32, errors: String? = nil, at moment: (_ event: [String: Any]) -> Bool
    ) throws -> (code: Int32, bySignal: Bool, seconds: Double)? {
        let process = process(call + ["--json"], environment: [:])
        let out = Pipe()
        process.standardOutput = out
        if let errors { try Data().write(to: URL(fileURLWithPath: errors)) }
        process.standardError = errors.flatMap { FileHandle(forWritingAtPath: $0) } ?? .nullDevice
        try process.run()
        var rest = Data()
        var sent = false, atSignal = 0.0, atEnd = 0.0
        while case let data = out.fileHandleForReading.availableData, !data.isEmpty {
            rest += data
            while let end = rest.firstIndex(of: 0x0a) {
                let line = rest[..<end]
                rest = Data(rest[(end + 1)...])
                let event = try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
                // Its last event comes shortly before its end.
                if let time = Self.processorTime(process.processIdentifier) { atEnd = time }
                if !sent, moment(event) {
                    kill(process.processIdentifier, signal)
                    (sent, atSignal) = (true, Self.processorTime(process.processIdentifier) ?? 0)
                }
            }
        }
        process.waitUntilExit()
        return sent ? (process.terminationStatus, process.terminationReason == .uncaughtSignal, atEnd - atSignal) : nil
    }

    /// The seconds of processor time that a process has taken; `nil` where it has ended.
    private static func processorTime(_ process: Int32) -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return nil }
        // After the name, which may hold anything: the state, ten numbers, then the time of the program and that of the system.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let own = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        return (own + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// How a call ends that may take so many kilobytes of address space, and is interrupted once after some seconds.
    ///
    /// - Returns: 130 too where the program leaves it to the signal to end it.
    func end(of call: [String], environment: [String: String], kilobytes: Int, interruptAfter seconds: Double) throws -> (
        code: Int32, said: Bool, seconds: Double
    ) {
        let process = process([], environment: environment), ended = DispatchSemaphore(value: 0), said = root + "/said"
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "ulimit -c 0 -v \(kilobytes); exec \"$0\" \"$@\"", Self.path.path] + call
        try Data().write(to: URL(fileURLWithPath: said))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: said)
        process.standardError = FileHandle(forWritingAtPath: said)
        process.terminationHandler = { _ in ended.signal() }
        let start = ContinuousClock.now
        try process.run()
        if ended.wait(timeout: .now() + seconds) == .timedOut {
            kill(process.processIdentifier, SIGINT)
            if ended.wait(timeout: .now() + 60) == .timedOut { kill(process.processIdentifier, SIGKILL) }
        }
        process.waitUntilExit()
        let wasInterrupted = process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGINT
        let length = try FileManager.default.attributesOfItem(atPath: said)[.size] as? Int ?? 0
        return (
            wasInterrupted ? 130 : process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 1000 : 0),
            wasInterrupted || length > 0, (ContinuousClock.now - start) / .seconds(1)
        )
    }

    /// Removes all but the list of sources.
    func clear() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: root) where name != "data" {
            try FileManager.default.removeItem(atPath: root + "/" + name)
        }
    }

    /// The files below a folder of the project: path and contents.
    func files(below folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root + "/" + folder) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: root + "/\(folder)/\(path)", isDirectory: &isFolder), !isFolder.boolValue
            else { continue }
            found[path] = try Data(contentsOf: URL(fileURLWithPath: root + "/\(folder)/\(path)"))
        }
        return found
    }
}
