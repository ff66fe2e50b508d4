/// A flat figure about the origin, of a size near 1.
enum Shape: Int, CaseIterable {
    case disc, square, triangle, ring, cross

    /// The distance of a place from the outline, negative within; near the outline it is exact but at corners.
    func distance(_ p: Point) -> Double {
        switch self {
        case .disc: return p.length - 0.9
        case .square: return max(p.x.magnitude, p.y.magnitude) - 0.75
        case .triangle:
            // Equilateral, standing: half of √3 is the slope of its sides.
            return max(p.y - 0.5, 0.8660254037844386 * p.x.magnitude - 0.5 * p.y - 0.5)
        case .ring: return (p.length - 0.68).magnitude - 0.24
        case .cross:
            let (long, short) = (max(p.x.magnitude, p.y.magnitude), min(p.x.magnitude, p.y.magnitude))
            return max(long - 0.95, short - 0.28)
        }
    }
}
