import Formats
import Paper
import Pipeline
import Platform

extension Verb {
    /// Says which OpenCL devices there are, and whether each computes the processor's bytes.
    static let devices = Verb(
        name: "devices", words: "", help: "list the OpenCL devices, whether each computes the processor's bytes, and how fast",
        details: """
            Each device computes known answers, which are held against the processor's bytes; one that passes is timed: \
            operations per second of a large matrix product, bytes per second of a copy, kernels per second. Takes some seconds \
            a device, longer the first time, when its compiler sees the kernels. Stages run where --device or SAMEDGE_DEVICE says. \
            With --trial, the device does two steps of SAM and a Hessian–vector product of each network at a profile's sizes \
            instead: a table with the digest of what came, which is the same on every device and processor, the seconds of steps, \
            products, checks and probes, and the seconds that all the profile's runs would take by them.
            """,
        options: [
            Option("--json", "tell everything as lines of JSON"),
            Option("--trial", value: "PROFILE", "try the device on the networks of a profile, and time it"),
            Option.device, Option("--threads", short: "t", value: "N", in: Option.threadCounts, "how many threads to use"),
        ]
    ) { call in
        try call.noWords()
        let cancellation = Cancellation()
        try Interrupts.cancel(cancellation)
        let profiles = Profile.allCases.map(\.rawValue)
        if let profile = try call.arguments.choice("--trial", among: profiles).flatMap(Profile.init) {
            return try trial(profile, call, cancellation)
        }
        let library = DeviceReport.library
        if let failure = library.failure {
            if !call.settings.isJSON { call.streams.out(failure + "\n") }
            return .done
        }
        let reports = DeviceReport.all { cancellation.isCancelled }
        if cancellation.isCancelled { throw Cancelled() }
        if !call.settings.isJSON {
            call.streams.out(
                "\(library.name ?? "") offers \(reports.count == 1 ? "one device" : "\(reports.count) devices")\n")
        }
        for report in reports { call.streams.out((call.settings.isJSON ? report.json.text : report.text) + "\n") }
        return .done
    }

    /// Writes the table of a trial, each row once it is there.
    private static func trial(_ profile: Profile, _ call: Call, _ cancellation: Cancellation) throws -> ExitCode {
        if let fault = call.settings.run.device.flatMap({ DeviceReport.fault(ofDevice: $0) }) { throw UsageError.unusable(fault) }
        if !call.settings.isJSON { call.streams.out(Table.line(DeviceTrial.columns)) }
        try DeviceTrial.perform(
            profile, on: call.settings.run.device, threads: call.settings.run.threads ?? processorCount
        ) { trial in
            let cells = [trial.name, trial.digest] + trial.texts
            call.streams.out(call.settings.isJSON ? trial.json.text + "\n" : Table.line(cells))
            if cancellation.isCancelled { throw Cancelled() }
        }
        return .done
    }
}

extension DeviceTrial {
    fileprivate static let columns = ["case", "digest", "step", "product", "check", "products", "probe", "projected"]

    private var numbers: [Double] {
        [step, product, check, Double(products), probe, projected].map { (($0 * 1e6).rounded()) / 1e6 }
    }

    fileprivate var texts: [String] { numbers.map { shortestText($0) } }

    fileprivate var json: JSON {
        .object(
            Dictionary(
                uniqueKeysWithValues: [("case", JSON.string(name)), ("digest", .string(digest))]
                    + zip(Self.columns.dropFirst(2), numbers).map { ($0, JSON.number($1)) }))
    }
}
extension DeviceReport {

    fileprivate var text: String {
        let head = "\(number)  \(name) (\(type)), \(giga(Double(memory))) GB; \(driver)\n   "
        guard let rates else { return head + (failure ?? "") }
        return head
            + """
            proved itself; \(giga(rates.product)) GFLOP/s in products, \(giga(rates.copy)) GB/s copied, \
            \(shortestText(rates.launches.rounded())) kernels a second
            """
    }

    fileprivate var json: JSON {
        [
            "number": JSON(number), "name": .string(name), "type": .string(type), "driver": .string(driver),
            "memory": JSON(memory), "proved": .bool(failure == nil), "failure": failure.map { .string($0) } ?? .null,
            "product_flops": rates.map { .number($0.product) } ?? .null, "copy_bytes": rates.map { .number($0.copy) } ?? .null,
            "launches": rates.map { .number($0.launches) } ?? .null,
        ]
    }
}
