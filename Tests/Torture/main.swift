// A process for the torture tests to kill, to starve and to time:
//
//     torture run|plan FOLDER STAGES [JOBS]
//     torture fuzz|believe FOLDER COUNT
//
// runs or plans a toy graph, and tells events as plain lines; or reads so many malformed files of each format. Exit code 1
// where something failed or was interrupted.
import Pipeline

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

let words = CommandLine.arguments.dropFirst()
guard words.count >= 3, let count = Int(words[3]), let jobs = Int(words.count > 3 ? words[4] : "2") else {
    Console.error.write("usage: torture run|plan|fuzz|believe FOLDER COUNT [JOBS]\n")
    exit(2)
}
Interrupts.begin()
do {
    let pipeline = try ToyGraph(words[2], count: count).pipeline()
    switch words[1] {
    case "plan": Console.output.write("\(try pipeline.plan().reused.count) reused\n")
    case "fuzz": try Fuzz.run(count: count)
    case "believe": try Fuzz.believe()
    default:
        let cancellation = Cancellation()
        try Interrupts.cancel(cancellation)
        let jobServer = getenv("MAKEFLAGS").flatMap { JobServer(makeFlags: String(cString: $0)) }
        let summary = try pipeline.run(
            options: RunOptions(jobs: jobs), recorder: LineRecorder { Console.output.write($0) }, cancellation: cancellation,
            jobServer: jobServer)
        if !summary.isComplete { exit(1) }
    }
} catch {
    Console.output.write("torture: \(error)\n")
    exit(1)
}
