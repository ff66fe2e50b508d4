/// The known names nearest to a mistyped one, at most three, the nearest first; none where all are far.
///
/// Near is an edit distance (insert, remove, replace, swap neighbours) of at most a third of the name's length.
package func nearest(to name: String, among known: [String]) -> [String] {
    let wanted = Array(name.utf8)
    let limit = max(1, wanted.count / 3)
    var found: [(distance: Int, name: String)] = []
    for candidate in known where !found.contains(where: { $0.name == candidate }) {
        let text = Array(candidate.utf8)
        if abs(text.count - wanted.count) > limit { continue }
        let distance = editDistance(wanted, text)
        if distance <= limit { found.append((distance, candidate)) }
    }
    return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
}

/// The least number of inserted, removed, replaced or swapped neighbouring bytes between two texts.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
            row.append(best)
        }
        (before, last) = (last, row)
    }
    return last[b.count]
}
