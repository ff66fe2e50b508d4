import Formats
import Paper
import Testing

@testable import samedge

@Suite struct DeviceListTests {
    /// Whatever there is: a line for each device that says whether it proved itself, or why there is none.
    @Test func devicesAreListedWithWhatTheyProved() throws {
        let project = try FigureProject([])
        let lines = project.perform("devices", "--json")
        #expect(lines.code == .done)
        let text = project.perform("devices")
        #expect(text.code == .done)
        if let failure = DeviceReport.library.failure {
            #expect(text.out == failure + "\n" && lines.out.isEmpty)
            return
        }
        for line in lines.out.split(separator: "\n") {
            let report = try JSON(parsing: String(line))
            let hasProved = report["proved"] == .bool(true)
            #expect((report["failure"] == .null) == hasProved)
            #expect((report["product_flops"] != .null) == hasProved)
            #expect(text.out.contains(hasProved ? "proved itself" : "not"))
        }
    }

    /// What comes of the smoke profile's networks is the same on the processor, whatever its threads, and on a device.
    @Test func trialsHaveTheProcessorsDigests() throws {
        let project = try FigureProject([])
        func digests(_ options: String...) throws -> [String] {
            let found = project.perform(["devices", "--trial", "smoke"] + options)
            #expect(found.code == .done, "\(found.err)")
            let lines = found.out.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
            #expect(lines.count == 1 + Profile.smoke.experiments.count && lines.allSatisfy { $0.count == 8 })
            return lines.map { $0.prefix(2).joined(separator: " ") }
        }
        let here = try digests("--device", "cpu", "--threads", "1")
        #expect(try digests("--threads", "2") == here)
        if DeviceReport.library.failure == nil { #expect(try digests("--device", "gpu") == here) }
    }

    @Test func aDeviceThatIsNotThereIsRefused() throws {
        let project = try FigureProject([])
        let found = project.perform("devices", "--trial", "smoke", "--device", "Voodoo 2")
        #expect(found.code == .usage && found.out.isEmpty)
        #expect(found.err.contains("Voodoo 2") || DeviceReport.library.failure.map { found.err.contains($0) } == true)
    }

    @Test func wordsAreRefused() throws {
        #expect(try FigureProject([]).perform("devices", "gpu").code == .usage)
    }
}
