import Platform
import Testing

@testable import Kernels

@Suite struct WorkersTests {
    /// A tally on the heap; the ranges of a split are disjoint, so no two threads touch the same cell.
    private func tally(_ count: Int, grain: Int, device: Device) -> (cells: [Float], parts: [Float]) {
        let cells = Vector(count: count), parts = Vector(count: device.threads)
        let cell = Shared(cells.start), part = Shared(parts.start)
        device.split(count, grain: grain) { number, range in
            part.pointer[number] += Float(range.count)
            for i in range { cell.pointer[i] += 1 }
        }
        return (cells.elements, parts.elements)
    }

    @Test(arguments: 1...6) func everyItemIsTakenOnce(threads: Int) {
        let device = Device(threads: threads)
        for round in 0..<3000 {
            let count = round * 7 % 61, grain = 1 + round % 5
            let (cells, parts) = tally(count, grain: grain, device: device)
            #expect(cells.allSatisfy { $0 == 1 })
            #expect(parts.reduce(0, +) == Float(count))
        }
    }

    @Test func aShareThatChangesChangesWhoHelpsAndNothingElse() {
        let share = ThreadShare(1, most: 4), device = Device(threads: share)
        for round in 0..<3000 {
            share.count = [1, 4, 2, 3, 1][round % 5]
            let count = 40 + round % 61, (cells, parts) = tally(count, grain: 1, device: device)
            #expect(cells.allSatisfy { $0 == 1 })
            #expect(parts.count == 4 && parts[..<share.count].reduce(0, +) == Float(count))
        }
        share.count = 9
        #expect(share.count == 4)
        share.count = 0
        #expect(share.count == 1)
    }

    /// Between jobs helpers fall asleep when nothing comes for some time; they must wake for the next.
    @Test func jobsThatComeLateAreDoneAsWell() {
        let device = Device(threads: 3)
        let generator = Philox(seed: 0)
        for round in 0..<200 {
            var sum = 0.0
            for i in 0..<UInt64(round * 100) { sum += generator.uniform(i, stream: 0) }
            #expect(sum >= 0)
            #expect(tally(100, grain: 1, device: device).cells.allSatisfy { $0 == 1 })
        }
    }

    @Test func manyWorkersComeAndGo() {
        for round in 0..<200 {
            let device = Device(threads: 1 + round % 4)
            if round % 3 > 0 { #expect(tally(50, grain: 1, device: device).cells.allSatisfy { $0 == 1 }) }
        }
    }
}
