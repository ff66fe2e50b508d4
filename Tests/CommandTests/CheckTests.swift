import Foundation
import Plotting
import Testing

@testable import samedge

/// The regression test of figures from end to end: goldens are files, the verdicts are what `check` says.
@Suite struct CheckTests {
    /// A project with one figure that is golden.
    private func accepted(_ figure: Figure = FigureProject.figure()) throws -> FigureProject {
        let project = try FigureProject([figure])
        #expect(project.perform("accept", figure.name, "--reason", "first").code == .done)
        return project
    }

    @Test func aFigureLikeItsGoldenIsIdenticalAndThereIsNoReport() throws {
        let project = try accepted()
        let result = project.perform("check")
        #expect(result.code == .done && result.out == "identical   edges\n")
        #expect(try project.text("figures/small/check.html") == nil)
    }

    @Test func goldensWhoseLinesACheckoutEndsOtherwiseCompareTheSame() throws {
        let project = try accepted()
        for name in ["edges.svg", "edges.tsv", "accepted.tsv"] {
            try project.edit(name) { $0 = $0.replacingOccurrences(of: "\n", with: "\r\n") }
        }
        #expect(project.perform("check").out == "identical   edges\n")
        project.draw([FigureProject.figure(factor: 1.02)])
        #expect(project.perform("check").out.contains("CHANGED     edges (data)"))
        #expect(project.perform("accept", "edges", "--reason", "another seed").code == .done)
        let journal = try #require(try project.text("figures/golden/small/accepted.tsv"))
        #expect(journal.split(separator: "\n").count == 3 && !journal.utf8.contains(0x0d))
    }

    @Test func aFigureWithoutAGoldenFails() throws {
        let project = try FigureProject([FigureProject.figure()])
        let result = project.perform("check")
        #expect(result.code == .differs)
        #expect(result.out.hasPrefix("NO GOLDEN   edges\n    to make it one: samedge accept edges --profile small --reason"))
        #expect(result.out.hasSuffix("side by side: figures/small/check.html\n"))
        #expect(try #require(try project.text("figures/small/check.html")).contains("no golden"))
    }

    @Test func aGoldenOfWhichAFileIsMissingFailsAndSaysWhich() throws {
        let project = try accepted()
        try FileManager.default.removeItem(atPath: project.root + "/figures/golden/small/edges.tsv")
        let result = project.perform("check")
        #expect(result.code == .differs && result.out.contains("of the golden there is edges.svg alone"))
    }

    @Test func otherRoundingIsEquivalentWhichIsSaidButPasses() throws {
        let project = try accepted()
        project.draw([FigureProject.figure(factor: 1 + 1e-9)])
        let result = project.perform("check")
        #expect(result.code == .done && result.out.hasPrefix("equivalent  edges"))
        #expect(try project.text("figures/small/check.html") != nil)
        // The report of a check that found nothing would mislead.
        project.draw([FigureProject.figure()])
        #expect(project.perform("check").code == .done)
        #expect(try project.text("figures/small/check.html") == nil)
    }

    @Test func aChangedNumberIsNamedWithItsSeriesStepAndSize() throws {
        let project = try accepted()
        project.draw([FigureProject.figure(factor: 1.02)])
        let result = project.perform("check")
        #expect(result.code == .differs)
        #expect(result.out.contains("CHANGED     edges (data)"))
        #expect(result.out.contains("data: series measured of panel all, at 50: y "))
        #expect(result.out.contains("(+2 %)"))
        let page = try #require(try project.text("figures/small/check.html"))
        #expect(page.contains("overlay") && page.contains("(+2 %)") && !page.contains("<script"))
    }

    /// Mutations of the golden picture: what is replaced by what, and the aspects that must be told.
    @Test(arguments: [
        (" stroke-width=\"4.5\" d=", " stroke-width=\"4.4\" d=", "style"), ("stroke=\"#f5d58f\"", "stroke=\"#f5d58e\"", "style"),
        (">Edges</text>", ">Ledges</text>", "labels"), (">step</text>", ">steps</text>", "labels"),
        (">100</text>", ">101</text>", "axes"), ("scale=\"log\"", "scale=\"linear\"", "data, axes"),
        ("role=\"img\" ", "", ""), ("data-series=\"predicted\"", "data-series=\"2/η\"", "data, style"),
    ])
    func aMutationOfThePictureIsSortedRightly(old: String, new: String, aspects: String) throws {
        let project = try accepted()
        try project.edit("edges.svg") { $0 = $0.replacingOccurrences(of: old, with: new) }
        let result = project.perform("check")
        #expect(result.code == .differs)
        #expect(result.out.contains("CHANGED     edges (\(aspects.isEmpty ? "bytes only" : aspects))"), "\(result.out)")
    }

    @Test func reorderedAttributesAreBytesOnly() throws {
        let project = try accepted()
        try project.edit("edges.svg") {
            $0 = $0.replacingOccurrences(
                of: "fill=\"none\" stroke-linejoin=\"round\"", with: "stroke-linejoin=\"round\" fill=\"none\"")
        }
        let result = project.perform("check")
        #expect(result.code == .differs && result.out.contains("CHANGED     edges (bytes only)"))
    }

    @Test func aBlankPictureAMissingNumberAndAnEmptyFileAreChangesOfData() throws {
        for mutation in [
            { svg in
                svg = svg.replacingOccurrences(of: "<path[^>]*data-series[^>]*>", with: "<path>", options: .regularExpression)
            },
            { svg in svg = "" }, { svg in svg = "<svg/>" },
        ] as [(inout String) -> Void] {
            let project = try accepted()
            try project.edit("edges.svg", mutation)
            #expect(project.perform("check").out.contains("CHANGED     edges (data"))
        }
        let project = try accepted()
        try project.edit("edges.tsv") { $0 = $0.replacingOccurrences(of: "\t50\t1.6666666666666667\t", with: "\t50\tnan\t") }
        let result = project.perform("check")
        #expect(result.code == .differs && result.out.contains("at 50"))
    }

    @Test func aGoldenOfAPictureThatDoesNotShowItsTableIsNoPass() throws {
        let figure = FigureProject.figure(), project = try FigureProject([figure])
        // A mark whose table says one thing and whose picture another.
        var lying = figure
        lying.panels[0].marks = [Liar()]
        project.draw([lying])
        #expect(project.perform("accept", "edges", "--reason", "blind").code == .done)
        let result = project.perform("check")
        #expect(result.code == .differs && result.out.contains("the picture does not show the table"), "\(result.out)")
    }

    @Test func aGoldenThatNoFigureHasIsNamedAndPasses() throws {
        let project = try accepted()
        project.draw([])
        project.draw([FigureProject.figure("others")])
        _ = project.perform("accept", "others", "--reason", "new")
        let result = project.perform("check")
        #expect(result.code == .done)
        #expect(result.out.contains("STALE       edges") && result.out.contains("git rm 'figures/golden/small/edges.*'"))
        // A check of one figure is about that figure alone.
        #expect(project.perform("check", "others").out == "identical   others\n")
    }

    @Test func aGoldenOfOtherDataSaysSoAndWhatToDo() throws {
        let project = try accepted()
        project.draw([FigureProject.figure(factor: 1.5, warning: "stand-in data")])
        let standIn = project.perform("check")
        #expect(standIn.code == .differs && standIn.out.contains("comes from other data"))
        #expect(standIn.out.contains("MIRROR=FOLDER-OR-URL"))
        #expect(!standIn.out.contains("samedge accept"))
        _ = project.perform("accept", "edges", "--reason", "stand-ins")
        project.draw([FigureProject.figure()])
        #expect(project.perform("check").out.contains("DATA=standin"))
    }

    @Test func theJournalKeepsEveryReason() throws {
        let project = try accepted()
        project.draw([FigureProject.figure(factor: 2)])
        #expect(project.perform("accept", "edges", "--reason", "another  seed").code == .done)
        let journal = try #require(try project.text("figures/golden/small/accepted.tsv")).split(separator: "\n")
        #expect(journal.count == 3 && journal[1].hasSuffix("\tfirst") && journal[2].hasSuffix("\tanother seed"))
        #expect(project.perform("check").code == .done)
    }

    @Test func jsonHasALineForEachFigure() throws {
        let project = try accepted()
        project.draw([FigureProject.figure(factor: 1.02)])
        let lines = project.perform("check", "--json").out.split(separator: "\n")
        let objects = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:] }
        let finding = try #require(objects.first { $0["figure"] as? String == "edges" })
        #expect(finding["verdict"] as? String == "changed" && finding["aspects"] as? [String] == ["data"])
        #expect((finding["differences"] as? [String])?.count == 1)
    }
}

/// The claims of a profile against their golden.
@Suite struct ClaimCheckTests {
    /// A table of two verdicts.
    private func table(_ verdict: String = "holds", median: String = "1.03", data: String = "real") -> String {
        """
        claim\texperiment\tdata\tverdict\tmedian
        1\tmnist-mlp\t\(data)\t\(verdict)\t\(median)
        2\tmnist-mlp\t\(data)\tholds\t0.4

        """
    }

    /// A project without figures whose claims are golden.
    private func accepted() throws -> FigureProject {
        let project = try FigureProject([])
        project.claim(table())
        #expect(project.perform("accept", "claims", "--reason", "first").out == "golden  claims\n")
        return project
    }

    @Test func claimsLikeTheirGoldenAreIdenticalWithAndWithoutFigures() throws {
        let project = try accepted()
        let alone = project.perform("check")
        #expect(alone.code == .done && alone.out == "identical   claims\n")
        project.draw([FigureProject.figure()])
        #expect(project.perform("accept", "edges", "--reason", "first").code == .done)
        #expect(project.perform("check").out == "identical   edges\nidentical   claims\n")
        #expect(project.perform("check", "edges").out == "identical   edges\n")
    }

    @Test func claimsWhoseLinesACheckoutEndsOtherwiseCompareTheSame() throws {
        let project = try accepted()
        try project.edit("claims.tsv") { $0 = $0.replacingOccurrences(of: "\n", with: "\r\n") }
        #expect(project.perform("check").out == "identical   claims\n")
    }

    @Test func claimsWithoutAGoldenFail() throws {
        let project = try FigureProject([])
        project.claim(table())
        let result = project.perform("check")
        #expect(result.code == .differs)
        #expect(result.out.hasPrefix("NO GOLDEN   claims\n    to make it one: samedge accept claims --profile small --reason"))
    }

    @Test func aChangedVerdictIsNamedAndAcceptedForAReason() throws {
        let project = try accepted()
        project.claim(table("does not hold", median: "1.31"))
        let result = project.perform("check")
        #expect(result.code == .differs)
        #expect(
            result.out.hasPrefix(
                "CHANGED     claims (data)\n    data: claim 1, mnist-mlp: verdict holds → does not hold, median 1.03 → 1.31\n"
                    + "    if it is meant: samedge accept claims --profile small --reason"))
        #expect(try #require(try project.text("figures/small/check.html")).contains("does not hold"))
        #expect(project.perform("accept", "claims", "--reason", "another criterion").code == .done)
        #expect(project.perform("check").code == .done)
        let journal = try #require(try project.text("figures/golden/small/accepted.tsv")).split(separator: "\n")
        #expect(journal.count == 3 && journal[2].hasPrefix("claims\t") && journal[2].hasSuffix("\tanother criterion"))
    }

    @Test func aTableOfAnotherShapeIsToldByItsFirstOtherLine() throws {
        let project = try accepted()
        project.claim(table() + "3\tmnist-mlp\treal\tholds\t1\n")
        #expect(project.perform("check").out.contains("data: line 4: “” → “3\tmnist-mlp\treal\tholds\t1”"))
        // The same numbers in other words are no less another file.
        project.claim(table(median: "1.030"))
        let result = project.perform("check")
        #expect(result.code == .differs && result.out.contains("data: line 2: “1\tmnist-mlp\treal\tholds\t1.03” → "))
    }

    @Test func claimsOfOtherDataSayWhatToDo() throws {
        let project = try accepted()
        project.claim(table(median: "1.4", data: "stand-in"))
        let result = project.perform("check")
        #expect(result.code == .differs && result.out.contains("comes from other data"))
        #expect(result.out.contains("MIRROR=FOLDER-OR-URL") && !result.out.contains("samedge accept"))
    }
}

/// A line whose table says twice what is drawn.
private struct Liar: Mark {
    private let told = Line(x: [0, 50, 100], y: [2, 2, 4], as: .measured),
        drawn = Line(x: [0, 50, 100], y: [2, 4, 4], as: .measured)
    var style: Style { told.style }
    var series: [Series] { told.series }
    func nodes(in frame: Frame) -> [SceneNode] { drawn.nodes(in: frame) }
}
