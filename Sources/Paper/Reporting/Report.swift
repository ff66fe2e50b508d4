import Formats
import Plotting

/// The report's page, from what its stage was given: a pure function of its properties.
struct Report {
    let stage: ReportStage
    let verdicts: [VerdictRecord]
    /// A row for each run.
    let runs: Table
    /// The figures by name, as their files hold them.
    let pictures: [String: Element]

    /// The whole page: readable on a phone, in the dark, in print, and without seeing it.
    ///
    /// - Throws: `FigureReadingError` where a picture is none of ours.
    func html() throws -> String {
        let sections = try self.sections()
        let title = "Sharpness-aware minimisation and the edge of stability"
        var head = [Element("h1", text: title), introduction]
        if let warning { head.append(warning) }
        head.append(verdictParagraph)
        let main = Element(
            "main", [("id", "main")],
            children: head + [summary] + [contents(of: sections)] + sections.map(\.element))
        let skip = Element("a", [("class", "skip"), ("href", "#main")], text: "Skip to the text")
        return HTMLPage(title: "\(title) (\(stage.profile))", style: Self.style, content: [skip, main]).html
    }

    // MARK: - Sections

    /// A part of the page with a heading of the second level, and the figures in it.
    struct Section {
        var id: String
        var title: String
        var figures: [(id: String, title: String)] = []
        var content: [Element]

        var element: Element {
            Element(
                "section", [("id", id), ("aria-labelledby", "\(id)-heading")],
                children: [Element("h2", [("id", "\(id)-heading")], text: title)] + content)
        }
    }

    /// What follows the contents.
    private func sections() throws -> [Section] {
        var sections: [Section] = []
        let across = stage.figures.filter { !$0.isOfTask && !$0.isAppended }
        if !across.isEmpty {
            sections.append(try section("across", stage.tasks.count > 1 ? "Across the tasks" : "Figures", figures: across))
        }
        for task in stage.tasks {
            let own = stage.figures.filter { $0.isOfTask && $0.tasks == [task.name] && !$0.isAppended }
            var section = try section("task-\(task.name)", task.title, figures: own)
            section.content += [runsTable(of: task), settingsTable(of: task)]
            sections.append(section)
        }
        sections += [criteria, definitions, provenance]
        let appended = stage.figures.filter(\.isAppended)
        if !appended.isEmpty {
            sections.append(
                try section("appendix", "Appendix: the official code’s four plots of every run", figures: appended))
        }
        return sections
    }

    private func section(_ id: String, _ title: String, figures: [ReportStage.Picture]) throws -> Section {
        var section = Section(id: id, title: title, content: [])
        for figure in figures {
            guard let picture = pictures[figure.name] else { continue }
            section.figures.append((Self.anchor(figure.name), Self.finding(of: picture, else: figure.name)))
            section.content.append(try element(figure, showing: picture))
        }
        return section
    }

    private func contents(of sections: [Section]) -> Element {
        let items = sections.map { section in
            let link = Element("a", [("href", "#\(section.id)")], text: section.title)
            let figures = section.figures.map { figure in
                Element("li", children: [Element("a", [("href", "#\(figure.id)")], text: figure.title)])
            }
            return Element("li", children: figures.isEmpty ? [link] : [link, Element("ul", children: figures)])
        }
        return Element(
            "nav", [("aria-labelledby", "contents")],
            children: [Element("h2", [("id", "contents")], text: "Contents"), Element("ol", children: items)])
    }

    /// The title of a task by its name.
    func title(of task: String) -> String { stage.tasks.first { $0.name == task }?.title ?? task }

    /// Where a figure stands on the page.
    static func anchor(_ figure: String) -> String { "figure-\(figure)" }
}

// MARK: - Elements

extension Element.Content {
    /// A piece of a program, a path, a digest.
    static func code(_ text: String) -> Self { .element(Element("code", text: text)) }

    /// A reference; within the page where it begins with `#`.
    static func link(_ text: String, to address: String) -> Self { .element(Element("a", [("href", address)], text: text)) }
}

extension Element {
    /// A table with a caption, in a box of its own that scrolls sideways, also by keyboard. The first cell of a row is its heading.
    ///
    /// A table without rows is a line that says so.
    ///
    /// - Parameter numbers: the columns that hold numbers.
    static func table(
        _ caption: String, class name: String = "plain", head: [String], numbers: Set<Int> = [], rows: [[Element]]
    ) -> Element {
        if rows.isEmpty { return Element("p", text: "\(caption): none.") }
        let header = Element(
            "tr",
            children: head.enumerated().map { column, text in
                Element("th", [("scope", "col")] + (numbers.contains(column) ? [("class", "number")] : []), text: text)
            })
        let lines = rows.map { cells in
            Element(
                "tr",
                children: cells.enumerated().map { column, cell in
                    var cell = cell
                    cell.name = column == 0 ? "th" : "td"
                    if column == 0 { cell.attributes.insert(("scope", "row"), at: 0) }
                    if numbers.contains(column) { cell.attributes.append(("class", "number")) }
                    return cell
                })
        }
        let table = Element(
            "table", [("class", name)],
            children: [
                Element("caption", text: caption), Element("thead", children: [header]), Element("tbody", children: lines),
            ])
        // The box bears the caption's first words: lists of a page's parts are read as a whole.
        return scrolling(table, called: String(caption.prefix { $0 != ":" }))
    }

    /// A cell of a table.
    static func cell(_ text: String) -> Element { Element("td", text: text) }

    /// A cell of a table.
    static func cell(_ content: [Content]) -> Element { Element("td", [], content) }

    /// A box that scrolls sideways where its content is wider than the page.
    static func scrolling(_ content: Element, called label: String) -> Element {
        Element(
            "div", [("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", label)], children: [content])
    }

    /// A paragraph.
    static func paragraph(_ content: [Content]) -> Element { Element("p", [], content) }
}
