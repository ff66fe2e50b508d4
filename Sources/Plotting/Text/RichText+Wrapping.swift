extension RichText {
    /// The text in lines no wider than `width`, parted at spaces; a word that is wider has a line of its own.
    func wrapped(to width: Double, size: Double, metrics: TextMetrics, isBold: Bool = false) -> [RichText] {
        var lines: [RichText] = [], line = RichText(runs: [])
        for word in words {
            let longer = line.isEmpty ? word : line.joined(with: word)
            if line.isEmpty || metrics.width(of: longer, size: size, isBold: isBold) <= width {
                line = longer
            } else {
                lines.append(line)
                line = word
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// The stretches between spaces.
    private var words: [RichText] {
        var words = [RichText(runs: [])]
        for run in runs {
            for (index, part) in run.text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
                if index > 0 { words.append(RichText(runs: [])) }
                guard !part.isEmpty else { continue }
                words[words.count - 1].runs.append(Run(text: String(part), isItalic: run.isItalic, level: run.level))
            }
        }
        return words.filter { !$0.isEmpty }
    }

    /// Both with a space between, neighbouring runs of one manner made one.
    private func joined(with word: RichText) -> RichText {
        var runs = runs
        for run in [Run(text: " ", isItalic: false, level: .base)] + word.runs {
            if let last = runs.last, last.isItalic == run.isItalic, last.level == run.level {
                runs[runs.count - 1].text += run.text
            } else {
                runs.append(run)
            }
        }
        return RichText(runs: runs)
    }
}
