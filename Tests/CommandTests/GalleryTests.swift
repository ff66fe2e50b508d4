import Foundation
import Plotting
import Testing

@testable import samedge

@Suite struct GalleryTests {
    @Test func thePageIsWrittenWhereItIsAskedFor() throws {
        let project = try FigureProject([])
        let result = project.perform("gallery", "--output", project.root + "/sheets/all.html")
        #expect(result.code == .done && result.out.hasPrefix("\(Gallery.figures.count) figures are in "))
        #expect(try project.text("sheets/all.html") == Gallery.html())
        #expect(!FileManager.default.fileExists(atPath: project.root + "/.samedge"))
        #expect(project.perform("gallery").code == .done)
        #expect(try project.text("figures/gallery.html") == Gallery.html())
    }

    @Test func everyProcessDrawsTheSameBytesWhateverTheLocaleAndTimeZone() throws {
        let program = try Program(), expected = Data(try Gallery.html().utf8)
        for environment in [
            ["LC_ALL": "C", "TZ": "UTC"], ["LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "Asia/Kolkata"],
            ["LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "SWIFT_DETERMINISTIC_HASHING": "1"],
        ] {
            #expect(try program.run(["gallery", "--output", "page.html"], environment: environment).code == 0)
            #expect(try Data(contentsOf: URL(fileURLWithPath: program.root + "/page.html")) == expected, "\(environment)")
        }
    }
}
