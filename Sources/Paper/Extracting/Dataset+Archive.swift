extension Dataset {
    /// A larger published file that `files` can be made from; `nil` where `files` are published themselves.
    package var archive: String? { self == .cifar10 ? "cifar10/cifar-10-binary.tar.gz" : nil }

    /// The SHA-256 of what each of `files` holds, decompressed, where it can be made from the archive.
    var contentDigests: [String: String] {
        guard self == .cifar10 else { return [:] }
        return [
            files[0]: "770699d89dfdd5a8d838eabaebf24a0d08bd6027070d83ab9e9362befd0c732d",
            files[1]: "d0439d97b7269467389582edb8bc9fda06fde2bb4986661105e32a5873cc137e",
        ]
    }
}
