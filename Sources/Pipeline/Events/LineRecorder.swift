import Platform
import Synchronization

/// Writes events as plain lines, for logs and pipes; progress at most once in ten seconds a stage.
package final class LineRecorder: Recorder {
    private let write: @Sendable (String) -> Void
    private let isQuiet: Bool
    private let lastProgress = Mutex<[String: Double]>([:])

    /// A recorder of lines.
    ///
    /// - Parameter isQuiet: only failures, damage, notices and the end of an incomplete run are told.
    package init(isQuiet: Bool = false, write: @escaping @Sendable (String) -> Void = { Console.error.write($0) }) {
        (self.isQuiet, self.write) = (isQuiet, write)
    }

    /// Writes a line for what a person without a live display wants to know; of progress, now and then.
    package func record(_ event: Event) {
        if isQuiet {
            switch event {
            case .failed, .damaged, .interrupted, .notice: break
            case .ended(let summary): if summary.isComplete { return }
            default: return
            }
        }
        if case .progress(let stage, let step, let count, let detail) = event {
            let now = Clock.seconds
            let isDue = lastProgress.withLock { last in
                guard now - last[stage, default: 0] >= 10 else { return false }
                defer { last[stage] = now }
                return last[stage] != nil
            }
            if isDue { write("at     \(stage): \(step) of \(count)\(detail.isEmpty ? "" : ", " + detail)\n") }
        } else if let line = event.line {
            write(line + "\n")
        }
    }
}

/// Writes every event as one line of JSON.
package struct JSONRecorder: Recorder {
    private let write: @Sendable (String) -> Void

    /// A recorder of JSON lines.
    package init(write: @escaping @Sendable (String) -> Void = { Console.output.write($0) }) { self.write = write }

    /// Writes the event as a line of JSON.
    package func record(_ event: Event) { write(event.json.text + "\n") }
}
