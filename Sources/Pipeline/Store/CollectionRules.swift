/// What a collection may remove.
package struct CollectionRules {
    /// What a stage's last result is to whoever collects.
    package enum Standing: Hashable, Sendable {
        /// It stays, whatever the size.
        case wanted
        /// It stays as long as there is room.
        case spare
        /// It goes.
        case forgotten
    }

    /// The most bytes that the store may hold: what is not wanted stays as long as all fits, and goes least recently used
    /// first. Without it and without `days`, results that are no stage's last one go at once.
    package var maxBytes: Int?
    /// Results that are no stage's last one, and checkpoints, go when they were not used for so many days.
    package var days: Double?
    /// The keys whose results and checkpoints stay, whatever their age and size.
    package var needed: Set<Digest>
    /// Folders of the store, besides its own, whose contents nothing needs while no run goes on.
    package var leftovers: [String]
    /// What the last result of a stage under a scope is.
    package var standing: (_ scope: String, _ stage: String) -> Standing
    /// What a result is that the checkout in a folder last used under a scope; `nil` for what `standing` says.
    package var checkoutStanding: ((_ root: String, _ scope: String, _ stage: String) -> Standing)?

    /// Rules; by default those of a store in which every stage's last result is wanted.
    package init(
        maxBytes: Int? = nil, days: Double? = nil, needed: Set<Digest> = [], leftovers: [String] = [],
        standing: @escaping (_ scope: String, _ stage: String) -> Standing = { _, _ in .wanted },
        checkoutStanding: ((_ root: String, _ scope: String, _ stage: String) -> Standing)? = nil
    ) {
        (self.maxBytes, self.days, self.needed, self.leftovers) = (maxBytes, days, needed, leftovers)
        (self.standing, self.checkoutStanding) = (standing, checkoutStanding)
    }

    /// How long checkpoints of an attempt that never ended are kept where nothing else is said, and what is set aside as
    /// damaged, in days.
    static let defaultDays = 14.0
}
