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

    @Test func wordsAreRefused() throws {
        #expect(try FigureProject([]).perform("devices", "gpu").code == .usage)
    }
}
