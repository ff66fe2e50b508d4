/// An element of an XML document; the order of its attributes is kept.
package struct Element: Sendable, Hashable {
    /// What an element holds.
    package indirect enum Content: Sendable, Hashable, ExpressibleByStringInterpolation {
        case element(Element)
        case text(String)

        /// A text, so that content may be written down as one.
        package init(stringLiteral text: String) { self = .text(text) }
    }

    /// The name of the tag, with its prefix where it has one, as in `dc:title`; not checked.
    package var name: String
    /// Names and values in the order of writing; values are plain text, escaped only when written.
    package var attributes: [(name: String, value: String)]
    /// Elements and texts in their order; an element that holds nothing is written as a single tag.
    package var content: [Content]

    /// An element with attributes in the order given; that no attribute stands twice is for the caller to see to.
    package init(_ name: String, _ attributes: [(String, String)] = [], _ content: [Content] = []) {
        (self.name, self.content) = (name, content)
        self.attributes = attributes.map { (name: $0.0, value: $0.1) }
    }

    /// An element that holds elements.
    package init(_ name: String, _ attributes: [(String, String)] = [], children: [Element]) {
        self.init(name, attributes, children.map { .element($0) })
    }

    /// An element that holds a text.
    package init(_ name: String, _ attributes: [(String, String)] = [], text: String) {
        self.init(name, attributes, [.text(text)])
    }

    /// The value of an attribute.
    package subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

    /// The elements held.
    package var children: [Element] {
        content.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The text held, also by the elements within.
    package var text: String {
        content.map {
            switch $0 {
            case .element(let element): element.text
            case .text(let text): text
            }
        }.joined()
    }

    /// Whether names, content and attributes are equal, the attributes in their order too.
    package static func == (a: Element, b: Element) -> Bool {
        a.name == b.name && a.content == b.content && a.attributes.elementsEqual(b.attributes, by: ==)
    }

    /// Feeds name, content and attributes in their order, as `==` compares them.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(content)
        for attribute in attributes {
            hasher.combine(attribute.name)
            hasher.combine(attribute.value)
        }
    }
}
