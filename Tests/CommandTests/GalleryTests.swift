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

    @Test(.enabled(if: Program.isInstalled("mkfifo"), "NOT POSSIBLE HERE: there is no mkfifo"))
    func aDeviceOrAPipeIsWrittenToAndStays() throws {
        let program = try Program()
        let pipe = try program.shell("mkfifo pipe; cat pipe >page.html & samedge gallery --output pipe && wait && test -p pipe")
        #expect(pipe.code == 0, "\(pipe.err)")
        #expect(try String(contentsOfFile: program.root + "/page.html", encoding: .utf8) == Gallery.html())
        let out = try program.shell("samedge gallery --output /dev/stdout | cat")
        #expect(out.out.hasPrefix(try Gallery.html()) && out.out.hasSuffix(" figures are in /dev/stdout\n"))
        let nothing = try program.shell("samedge gallery --output /dev/null && test -c /dev/null && test -L /dev/stdout")
        #expect(nothing.code == 0, "\(nothing.err)")
        let full = try program.shell("samedge gallery --output /dev/full; echo $?; test -c /dev/full && echo a device")
        #expect(full.out == "1\na device\n" && full.err.contains("cannot write /dev/full: No space left on device"))
        for device in ["null", "full"] { #expect(!FileManager.default.fileExists(atPath: "/dev/\(device).partial")) }
    }

    @Test func aFolderIsNotReplaced() throws {
        let project = try FigureProject([])
        try FileManager.default.createDirectory(atPath: project.root + "/figures/gallery.html", withIntermediateDirectories: true)
        let end = project.perform("gallery")
        #expect(end.code == .failed && end.err.contains("figures/gallery.html: it is a folder; name a file in it"), "\(end.err)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: project.root + "/figures") == ["gallery.html"])
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
