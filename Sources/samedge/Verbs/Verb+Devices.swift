import Formats
import Paper
import Pipeline

extension Verb {
    /// Says which OpenCL devices there are, and whether each computes the processor's bytes.
    static let devices = Verb(
        name: "devices", words: "", help: "list the OpenCL devices, whether each computes the processor's bytes, and how fast",
        details: """
            Each device computes known answers, which are held against the processor's bytes; one that passes is timed: \
            operations per second of a large matrix product, bytes per second of a copy, kernels per second. Takes some seconds \
            a device, longer the first time, when its compiler sees the kernels. Stages run on the processor alone.
            """,
        options: [Option("--json", "tell everything as lines of JSON")]
    ) { call in
        try call.noWords()
        let cancellation = Cancellation()
        try Interrupts.cancel(cancellation)
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
}

extension DeviceReport {
    private static func giga(_ rate: Double) -> String { shortestText((rate / 1e8).rounded() / 10) }

    fileprivate var text: String {
        let head = "\(number)  \(name) (\(type)), \(Self.giga(Double(memory))) GB; \(driver)\n   "
        guard let rates else { return head + (failure ?? "") }
        return head
            + """
            proved itself; \(Self.giga(rates.product)) GFLOP/s in products, \(Self.giga(rates.copy)) GB/s copied, \
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
