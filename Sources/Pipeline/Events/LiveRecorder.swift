import Formats
import Platform
import Synchronization

/// A live display on a terminal: one line a running stage, one for the whole; what has ended scrolls away above.
package final class LiveRecorder: Recorder {
    /// A stage under way.
    struct Running {
        var start: Double
        var expected: Double?
        var step = 0
        var count = 0
        var detail = ""
        /// When the first step ended, and which it was: the speed is measured from there.
        var first: (time: Double, step: Int)?
    }

    struct State {
        var running: [(stage: String, state: Running)] = []
        var done = 0
        var count = 0
        /// When the whole is expected to end.
        var end: Double?
        var drawnRows = 0
        var lastDrawn = 0.0
    }

    private let console: Console
    private let isColoured: Bool
    private let state = Mutex(State())

    /// A display on a terminal.
    package init(_ console: Console = .error) { (self.console, isColoured) = (console, console.isColoured) }

    /// Takes note of the event; what stays is written above the live lines.
    package func record(_ event: Event) {
        let now = Clock.seconds
        let text = state.withLock { state -> String in
            var line = Self.update(&state, event, now)
            if case .log = event { line = nil }
            if isColoured { line = line.map(Colouring.text) }
            if case .ended = event {
                let out = Self.erase(&state)
                return out + (line.map { $0 + "\n" } ?? "")
            }
            // A person cannot follow more than ten changes a second, and each costs a system call.
            guard line != nil || now - state.lastDrawn >= 0.1 else { return "" }
            state.lastDrawn = now
            return Self.erase(&state) + (line.map { $0 + "\n" } ?? "") + Self.draw(&state, now, console.size)
        }
        if !text.isEmpty { console.write(text) }
    }

    /// Draws the live lines anew.
    package func tick() {
        let now = Clock.seconds
        let text = state.withLock { state -> String in
            guard state.drawnRows > 0, now - state.lastDrawn >= 0.1 else { return "" }
            state.lastDrawn = now
            return Self.erase(&state) + Self.draw(&state, now, console.size)
        }
        if !text.isEmpty { console.write(text) }
    }

    static func update(_ state: inout State, _ event: Event, _ now: Double) -> String? {
        func end(_ stage: String) { state.running.removeAll { $0.stage == stage } }
        switch event {
        case .started(let stage, _, let seconds):
            // One that a job began may have to begin again in another.
            end(stage)
            state.running.append((stage, Running(start: now, expected: seconds)))
            return nil
        case .progress(let stage, let step, let count, let detail):
            guard let i = state.running.firstIndex(where: { $0.stage == stage }) else { return nil }
            (state.running[i].state.step, state.running[i].state.count) = (step, count)
            state.running[i].state.detail = detail
            if state.running[i].state.first == nil { state.running[i].state.first = (now, step) }
            return nil
        case .overall(let done, let count, let seconds):
            (state.done, state.count, state.end) = (done, count, seconds.map { now + $0 })
            return nil
        case .finished(let stage, _, _, _), .stopped(let stage), .failed(let stage, _, _): end(stage)
        default: break
        }
        return event.line
    }

    // MARK: - Drawing

    private static func erase(_ state: inout State) -> String {
        defer { state.drawnRows = 0 }
        return state.drawnRows == 0 ? "" : "\u{1b}[\(state.drawnRows)A\u{1b}[J"
    }

    private static func draw(_ state: inout State, _ now: Double, _ size: (columns: Int, rows: Int)) -> String {
        var rows = state.running.prefix(max(1, size.rows - 3)).map { row($0.stage, $0.state, now) }
        let left = state.end.map { ", about \(durationText(max(0, $0 - now))) left" } ?? ""
        rows.append("\(bar(Double(state.done) / Double(max(1, state.count)))) \(state.done) of \(state.count) stages\(left)")
        state.drawnRows = rows.count
        return rows.map { String($0.prefix(size.columns - 1)) + "\n" }.joined()
    }

    /// One stage's line: bar, name, step, detail, speed, time left.
    static func row(_ stage: String, _ state: Running, _ now: Double) -> String {
        let elapsed = now - state.start
        guard state.count > 0 else {
            let share = state.expected.map { min(0.99, elapsed / max($0, 1e-3)) } ?? 0
            return "\(bar(share)) \(stage)  \(durationText(elapsed))"
        }
        var parts = ["\(bar(Double(state.step) / Double(state.count))) \(stage)", "\(state.step)/\(state.count)"]
        if !state.detail.isEmpty { parts.append(state.detail) }
        if let first = state.first, state.step > first.step, now > first.time {
            let speed = Double(state.step - first.step) / (now - first.time)
            parts.append(speedText(speed))
            parts.append("\(durationText(Double(state.count - state.step) / speed)) left")
        }
        return parts.joined(separator: "  ")
    }

    private static func speedText(_ speed: Double) -> String {
        speed >= 1e4
            ? "\(sizeText(Int(speed)))/s" : speed >= 10 ? "\(Int(speed))/s" : "\(shortestText((speed * 10).rounded() / 10))/s"
    }

    private static func bar(_ share: Double) -> String {
        let filled = Int((min(1, max(0, share)) * 16).rounded(.down))
        return String(repeating: "━", count: filled) + String(repeating: "╌", count: 16 - filled)
    }
}
