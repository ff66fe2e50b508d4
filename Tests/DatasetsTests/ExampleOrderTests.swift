import Testing

@testable import Datasets

@Suite("The order of examples")
struct ExampleOrderTests {
    @Test("The first twelve of CIFAR-10's 50,000 training examples are TFDS's")
    func cifar10() {
        let order = ExampleOrder.indices(split: "train", count: 50_000)
        #expect(order.prefix(12) == [16399, 1680, 47917, 17307, 27051, 48736, 26263, 1456, 19135, 31598, 12970, 4223])
    }

    @Test("The first twelve of MNIST's 60,000 training examples are TFDS's, and each example comes once")
    func mnist() {
        let order = ExampleOrder.indices(split: "train", count: 60_000)
        #expect(order.prefix(12) == [16399, 1680, 47917, 17307, 27051, 54784, 50543, 48736, 26263, 1456, 19135, 31598])
        #expect(order.sorted() == Array(0..<60_000))
    }

    @Test("Each split has an order of its own; no examples have none")
    func splits() {
        #expect(ExampleOrder.indices(split: "test", count: 1000) != ExampleOrder.indices(split: "train", count: 1000))
        #expect(ExampleOrder.indices(split: "train", count: 0) == [])
    }
}
