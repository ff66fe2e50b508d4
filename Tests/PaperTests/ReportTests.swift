import Formats
import Foundation
import Plotting
import Testing

@testable import Paper

@Suite struct ReportTests {
    /// The smoke profile's golden figures, by name.
    private static let drawings: [String: Element] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../figures/golden/smoke")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return Dictionary(
            uniqueKeysWithValues: names.filter { $0.hasSuffix(".svg") }.compactMap { name in
                let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                return text.flatMap { try? Element(parsing: $0) }.map { (String(name.dropLast(4)), $0) }
            })
    }()

    private static let tasks = [
        ("mnist-mlp", "MLP on MNIST"), ("cifar10-cnn", "CNN on CIFAR-10"),
        ("shakespeare-transformer", "Transformer on tiny_shakespeare"),
    ]

    private static func verdict(
        _ claim: Int, _ experiment: String, _ verdict: String, holding: [Double] = [], failing: [Double] = [], diverged: Int = 0
    ) -> VerdictRecord {
        VerdictRecord(
            claim: claim, statement: "Claim \(claim)", criterion: "at most 2", scope: "every run", quantity: "loss/GD's loss",
            experiment: experiment, data: "real", verdict: verdict,
            median: (holding + failing).sorted().dropFirst((holding + failing).count / 2).first,
            runs: holding.map { .init(run: "eta=0.3,rho=0.1", value: $0, outcome: .holds) }
                + failing.map { .init(run: "eta=1,rho=0.1,seed=2", value: $0, outcome: .fails, note: "2/η fits better") }
                + (0..<diverged).map { _ in .init(run: "eta=3,rho=0.1", outcome: .notTested, reason: "diverged") })
    }

    /// A report on some verdicts with all golden figures of the smoke profile.
    private static func report(
        _ verdicts: [VerdictRecord], source: DataSource = .real, profile: String = "smoke", summary: String? = "for tests",
        figures: [String] = drawings.keys.sorted(), seeds: [Int] = [0]
    ) throws -> Element {
        let pictures = figures.map { name in
            let task = tasks.first { name.hasPrefix($0.0 + "-") }?.0
            return ReportStage.Picture(
                name: name, tasks: task.map { [$0] } ?? tasks.map(\.0), isOfTask: task != nil,
                isAppended: name.contains("-official"), claims: name.hasSuffix("-edges") ? [1] : [])
        }
        let stage = ReportStage(
            profile: profile, summary: summary, program: "samedge 0123456789abcdef", atEdge: "‖H‖/edge lies in a range.",
            tasks: tasks.map {
                .init(name: $0, title: $1, source: source, seeds: seeds, settings: [.init(name: "steps", value: "60")])
            },
            figures: pictures, inputs: source == .real ? [.init(path: "mnist/a.gz", sha256: "ab")] : [])
        var runs = Table(columns: ["experiment", "run", "state", "edge_ratio_median", "last_loss"])
        for (name, _) in tasks {
            runs.append([.text(name), .text("eta=0.3,rho=0.1"), .text("below edge"), .number(-1.25), .number(.nan)])
        }
        let html = try Report(stage: stage, verdicts: verdicts, runs: runs, pictures: drawings).html()
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && html.utf8.count <= 2_000_000)
        // What is written is also a document of XML, but for its first line.
        return try Element(parsing: String(html.drop { $0 != "\n" }))
    }

    private static let some = [
        verdict(1, "mnist-mlp", "holds", holding: [1.25, 1.5, 2], diverged: 1),
        verdict(1, "cifar10-cnn", "does not hold", holding: [1], failing: [3]),
        verdict(2, "cifar10-cnn", "not tested", diverged: 2), verdict(2, "mnist-mlp", "holds", holding: [1]),
    ]

    // MARK: - What the page says

    @Test func theMatrixHasARowForEachClaimAndAColumnForEachTask() throws {
        let page = try Self.report(Self.some, seeds: [0, 1, 2])
        let matrix = try #require(page.all("table").first)
        let rows = matrix.all("tr").map { $0.children.map(\.text) }
        #expect(rows[0] == ["claim"] + Self.tasks.map(\.1))
        #expect(
            rows[1] == [
                "1. Claim 1",
                "✓ holds3 of 3 runs, 3 seedsloss/GD's loss 1.5 (1.25 to 2)not tested: diverged (1 run)see mnist-mlp-edges",
                "✗ does not hold1 of 2 runs, 3 seedsloss/GD's loss 3 (1 to 3)see cifar10-cnn-edges",
                "– not testedthe claim is about other tasks",
            ])
        #expect(rows[2][1...2] == ["✓ holds1 of 1 run, 3 seedsloss/GD's loss 1", "– not testednot tested: diverged (2 runs)"])
    }

    @Test func whichClaimsHoldIsSaidWithTheNumberOfRuns() throws {
        let lead = try #require(try Self.report(Self.some).all("p").first { $0["class"] == "lead" })
        for sentence in [
            "Of 4 verdicts, each on one claim and one task, 2 hold and 1 do not; 1 could not be tested.",
            "Of the 6 runs tested for them, 5 meet the criterion.", "On every task with tested runs, claim 2 holds.",
            "For CNN on CIFAR-10 (1 of 2 runs), claim 1 does not hold.",
        ] { #expect(lead.text.contains(sentence), "\(lead.text)") }
        let none = try Self.report([Self.verdict(1, "mnist-mlp", "not tested", diverged: 1)]).text
        #expect(none.contains("No claim could be tested on these runs"))
    }

    @Test func standInDataAreSaidBeforeTheVerdicts() throws {
        let page = try Self.report(Self.some, source: .standIn), real = try Self.report(Self.some)
        let main = try #require(page.all("main").first).children
        let warning = try #require(main.firstIndex { $0["class"] == "warning" })
        #expect(try warning < #require(main.firstIndex { $0["class"] == "lead" }))
        #expect(!real.text.contains("Stand-in") && page.text.contains("generated by the program itself"))
        #expect(page.all("figcaption").allSatisfy { $0.text.contains("Stand-in data.") })
    }

    @Test func aFigureIsHeadedByItsFindingAndItsCaptionSaysWhatDoesNotFit() throws {
        let page = try Self.report(Self.some)
        let figure = try #require(page.all("figure").first { $0["id"] == "figure-cifar10-cnn-edges" })
        let title = try #require(Self.drawings["cifar10-cnn-edges"]?.children.first { $0.name == "title" }).text
        #expect(figure.all("h3").map(\.text) == [title])
        let caption = try #require(figure.all("figcaption").first).text
        #expect(caption.contains("From the tables of 1 run of CNN on CIFAR-10; seed 0, profile smoke."), "\(caption)")
        #expect(
            caption.contains(
                "On claim 1: CNN on CIFAR-10 does not hold (1 of 2 runs). Against it: η = 1, ρ = 0.1, seed 2 (3; 2/η fits better)."
            ))
        // The title stands in the heading alone.
        #expect(figure.all("g").allSatisfy { $0["class"]?.hasPrefix("title") != true })
    }

    @Test func figuresOfATaskStandWithItAndTheOfficialOnesInTheAppendix() throws {
        let page = try Self.report(Self.some)
        func figures(_ section: String) throws -> [String?] {
            try #require(page.all("section").first { $0["id"] == section }).all("figure").map { $0["id"] }
        }
        #expect(try figures("task-mnist-mlp").contains("figure-mnist-mlp-edges"))
        #expect(
            try figures("appendix") == ["cifar10-cnn", "mnist-mlp", "shakespeare-transformer"].map { "figure-\($0)-official-1" })
        #expect(try figures("across").contains("figure-high-step-size"))
        #expect(page.all("figure").count == Self.drawings.count)
    }

    @Test func aRunOfTheUsersOwnIsNotCalledAProfileOfMake() throws {
        let own = try Self.report(Self.some, profile: "mine", summary: nil).text
        #expect(!own.contains("make figures") && !own.contains("make PROFILE"))
        #expect(try Self.report(Self.some).text.contains("make figures/smoke/high-step-size.svg"))
    }

    @Test(
        arguments: [
            (0.18613, "0.1861"), (15032, "15032"), (999_999, "999999"), (6_942_275_931_200_677, "6.942·10¹⁵"),
            (-2.5e6, "−2.5·10⁶"), (-0.5, "−0.5"), (2, "2"),
            (.nan, "–"), (.infinity, "–"), (0, "0"),
        ] as [(Double, String)])
    func largeNumbersAreWrittenWithAPowerOfTen(value: Double, text: String) { #expect(readable(value) == text) }

    // MARK: - Rules of accessible pages

    @Test(arguments: [[], some, [verdict(1, "mnist-mlp", "not tested", diverged: 1)]], [true, false])
    func thePageIsAccessible(_ verdicts: [VerdictRecord], hasFigures: Bool) throws {
        let page = try Self.report(verdicts, source: .standIn, figures: hasFigures ? Self.drawings.keys.sorted() : [])
        #expect(page.accessibilityFaults == [])
    }

    @Test func eachRuleFindsItsFault() throws {
        let page = try Self.report(Self.some)
        func expect(_ fault: String, where change: (inout Element) -> Void) {
            let faults = page.changed(change).accessibilityFaults
            #expect(faults.contains { $0.contains(fault) }, "\(fault) is not among \(faults)")
        }
        expect("0 elements main") { if $0.name == "main" { $0.name = "div" } }
        expect("a heading of level 4 after one of 1") { if $0.name == "h2" { $0.name = "h4" } }
        expect("a heading of a table without scope") { if $0.name == "th" { $0.attributes = [] } }
        expect("a box that scrolls without") { $0.attributes.removeAll { $0.name == "tabindex" } }
        expect("that is not there") { if $0.name == "figcaption" { $0.attributes = [] } }
        expect("the identifier one stands") { if $0.name == "section" { $0.attributes = [("id", "one")] } }
        expect("an empty td") { if $0.name == "td" { $0.content = [] } }
        expect("an element script") { if $0.name == "h1" { $0.name = "script" } }
        expect("a reference to https://a.b/") { if $0["href"] == "#criteria" { $0.attributes = [("href", "https://a.b/")] } }
        expect("a picture without aria-describedby") { $0.attributes.removeAll { $0.name == "aria-describedby" } }
    }

    @Test(arguments: ["light", "dark"]) func textHasContrast(_ scheme: String) throws {
        let style = try #require(try Self.report(Self.some).all("style").first).text
        let rules = style.components(separatedBy: ":root {")
        let rule = try #require(scheme == "light" ? rules.dropFirst().first : rules.dropFirst(2).first).prefix { $0 != "}" }
        var colours: [String: String] = [:]
        for declaration in rule.split(separator: ";") where declaration.contains("--") {
            let pair = declaration.split(separator: ":").map { $0.filter { !$0.isWhitespace } }
            colours[pair[0]] = pair[1]
        }
        for (text, ground) in [
            ("--text", "--ground"), ("--soft", "--ground"), ("--link", "--ground"), ("--holds", "--ground"),
            ("--fails", "--ground"), ("--warning", "--warning-ground"),
        ] {
            let contrast = try contrast(#require(colours[text]), #require(colours[ground]))
            #expect(contrast >= 4.5, "\(text) on \(ground): \(contrast)")
        }
    }

    /// The ratio of luminances as the Web Content Accessibility Guidelines define it.
    private func contrast(_ a: String, _ b: String) -> Double {
        func luminance(_ colour: String) -> Double {
            let value = Int(colour.dropFirst(), radix: 16) ?? 0
            let parts = [value >> 16, value >> 8 & 255, value & 255].map { byte -> Double in
                let part = Double(byte) / 255
                return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let (bright, dark) = (max(luminance(a), luminance(b)), min(luminance(a), luminance(b)))
        return (bright + 0.05) / (dark + 0.05)
    }
}

extension Element {
    /// All elements of a name within, in the order of the page.
    func all(_ name: String) -> [Element] { children.flatMap { ($0.name == name ? [$0] : []) + $0.all(name) } }

    /// The element, and those within, each after a change.
    func changed(_ change: (inout Element) -> Void) -> Element {
        var element = self
        change(&element)
        element.content = element.content.map { part in
            if case .element(let inner) = part { .element(inner.changed(change)) } else { part }
        }
        return element
    }

    private var everything: [Element] { [self] + children.flatMap(\.everything) }

    /// What of a page is hidden from those who do not see it, or reach it with the keyboard alone; and what it should not hold.
    var accessibilityFaults: [String] {
        var faults: [String] = []
        let elements = everything, ids = elements.compactMap { $0["id"] }
        for (id, count) in Dictionary(grouping: ids, by: { $0 }).mapValues(\.count) where count > 1 {
            faults.append("the identifier \(id) stands \(count == 2 ? "twice" : "\(count) times")")
        }
        for name in ["main", "nav", "h1"] {
            let count = elements.count { $0.name == name }
            if count != 1 { faults.append("\(count) elements \(name)") }
        }
        if self["lang"] == nil { faults.append("a page without a language") }
        var level = 0
        for heading in elements {
            guard heading.name.count == 2, heading.name.first == "h", let next = heading.name.last?.wholeNumberValue else {
                continue
            }
            if next > level + 1 { faults.append("a heading of level \(next) after one of \(level)") }
            if heading.text.isEmpty { faults.append("an empty heading") }
            level = next
        }
        let void: Set = ["meta", "br", "path", "rect", "svg", "g", "clipPath", "use", "circle", "line"]
        for element in elements {
            if element.content.isEmpty, !void.contains(element.name) {
                faults.append("an empty \(element.name), which HTML would leave open")
            }
            if ["script", "link", "iframe", "object", "foreignObject"].contains(element.name) {
                faults.append("an element \(element.name)")
            }
            for attribute in ["aria-labelledby", "aria-describedby"] {
                for id in (element[attribute] ?? "").split(separator: " ") where !ids.contains(String(id)) {
                    faults.append("\(attribute) names \(id) that is not there")
                }
            }
            for attribute in ["href", "src"] {
                guard let address = element[attribute] else { continue }
                if address.first == "#" {
                    if !ids.contains(String(address.dropFirst())) { faults.append("a reference to \(address) that is not there") }
                } else if address.contains(":") || address.hasPrefix("/") {
                    faults.append("a reference to \(address)")
                }
            }
            switch element.name {
            case "th" where element["scope"] == nil: faults.append("a heading of a table without scope")
            case "table" where element.children.first?.name != "caption": faults.append("a table without a caption")
            case "a" where element.text.isEmpty: faults.append("a link without a text")
            case "figure" where element["aria-labelledby"] == nil: faults.append("a figure without a name")
            case "svg":
                if element["role"] != "img" || element["aria-labelledby"] == nil {
                    faults.append("a picture without role and name")
                }
                if element["aria-describedby"] == nil { faults.append("a picture without aria-describedby") }
            default: break
            }
            let scrolls = element["class"] == "scroll"
            if scrolls, element["tabindex"] != "0" || element["role"] != "region" || element["aria-label"]?.isEmpty != false {
                faults.append("a box that scrolls without tabindex, role and label")
            }
            if !scrolls, element.children.contains(where: { $0.name == "table" || $0.name == "svg" }) {
                faults.append("a table or picture outside of a box that scrolls")
            }
        }
        return faults
    }
}
