import Foundation
import Platform
import TestSupport
import Testing

@testable import Paper

@Suite struct DataResolverTests {
    struct Wrong: Error {}

    private func resolver(_ mode: DataMode, hasMirror: Bool = false, _ folder: String) -> DataResolver {
        DataResolver(mode: mode, hasMirror: hasMirror, store: folder)
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        try body(folder.path)
    }

    @Test func withoutNetworkStandInsAreUsedAndToldAndTheNetworkIsNotAskedAgain() throws {
        try withFolder { folder in
            var asked = 0
            for _ in 0..<2 {
                let resolution = try resolver(.auto, folder).resolve(
                    [.mnist], needed: [.mnist], isHere: { _ in false },
                    fetch: { _ in
                        asked += 1
                        return .unreachable("no network")
                    })
                #expect(resolution.sources == [.mnist: .standIn])
                #expect(resolution.notices.count == 1 && resolution.notices[0].contains("STAND-IN DATA: MNIST"))
            }
            #expect(asked == 1)
            // A mirror is a new chance.
            let resolution = try resolver(.auto, hasMirror: true, folder).resolve(
                [.mnist], needed: [.mnist], isHere: { _ in false }, fetch: { _ in .here })
            #expect(resolution.sources == [.mnist: .real] && resolution.notices.isEmpty)
        }
    }

    @Test func filesThatAreHereAreUsedWithoutAsking() throws {
        try withFolder { folder in
            let resolution = try resolver(.auto, folder).resolve(
                [.mnist], needed: [.mnist], isHere: { _ in true },
                fetch: { _ in
                    Issue.record("fetched although it is here")
                    return .here
                })
            #expect(resolution.sources == [.mnist: .real] && resolution.notices.isEmpty)
        }
    }

    @Test func realDataThatCannotBeReachedIsAnError() throws {
        try withFolder { folder in
            #expect(throws: DataError.self) {
                try resolver(.real, folder).resolve(
                    [.mnist], needed: [.mnist], isHere: { _ in false }, fetch: { _ in .unreachable("no network") })
            }
        }
    }

    @Test func wrongBytesAreAnErrorAndNeverReplacedByStandIns() throws {
        try withFolder { folder in
            #expect(throws: Wrong.self) {
                try resolver(.auto, folder).resolve(
                    [.mnist], needed: [.mnist], isHere: { _ in false }, fetch: { _ in throw Wrong() })
            }
        }
    }

    @Test func standInsAreUsedWithoutLookingWhereTheyAreAskedFor() throws {
        try withFolder { folder in
            let resolution = try resolver(.standIn, folder).resolve(
                [.mnist], needed: [.mnist],
                isHere: { _ in
                    Issue.record("looked")
                    return true
                }, fetch: { _ in .here })
            #expect(resolution.sources == [.mnist: .standIn])
        }
    }

    @Test func theArchiveIsFetchedWhereTheFilesThemselvesCannotBeHad() throws {
        try withFolder { folder in
            for first in [DataResolver.Fetched.nowhere, .unreachable("the mirror does not have it")] {
                var asked: [DataRoute] = []
                let resolution = try resolver(.auto, hasMirror: true, folder).resolve(
                    [.cifar10], needed: [.cifar10], isHere: { _ in false },
                    fetch: { route in
                        asked.append(route)
                        return route == .files(.cifar10) ? first : .here
                    })
                #expect(asked == [.files(.cifar10), .archive(.cifar10)])
                #expect(resolution.sources == [.cifar10: .real] && resolution.archives == [.cifar10])
            }
        }
    }

    @Test func theFilesThemselvesAreTakenBeforeTheArchive() throws {
        try withFolder { folder in
            let resolution = try resolver(.real, folder).resolve(
                [.cifar10], needed: [.cifar10], isHere: { $0 == .files(.cifar10) }, fetch: { _ in throw Wrong() })
            #expect(resolution.sources == [.cifar10: .real] && resolution.archives.isEmpty)
        }
    }

    @Test func whereNeitherCanBeReachedTheReasonIsThatOfTheArchive() throws {
        try withFolder { folder in
            let resolution = try resolver(.auto, folder).resolve(
                [.cifar10], needed: [.cifar10], isHere: { _ in false },
                fetch: { $0 == .files(.cifar10) ? .nowhere : .unreachable("no network") })
            #expect(resolution.sources == [.cifar10: .standIn])
            #expect(resolution.notices.count == 1 && resolution.notices[0].contains("reason: no network\n"))
        }
    }

    @Test func whatNoTargetNeedsIsNotFetched() throws {
        try withFolder { folder in
            _ = try resolver(.auto, folder).resolve(
                [.mnist], needed: [], isHere: { _ in false },
                fetch: { _ in
                    Issue.record("fetched although nothing needs it")
                    return .here
                })
        }
    }
}
