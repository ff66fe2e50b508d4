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
}
