import TestSupport
import Testing

@testable import Platform

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

@Suite struct FileTests {
    @Test func whatIsWrittenIsRead() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/file", files = FileSystem()
        try files.replace(path, with: [[1, 2], [], [3]])
        #expect(try files.contents(of: path) == [1, 2, 3])
        try files.replace(path, with: [4])
        #expect(try files.read(path) == [4])
        #expect(try files.list(folder.path) == ["file"])
    }

    @Test func whatAKillLeftIsReplaced() throws {
        let folder = try TemporaryFolder()
        try folder.write("half", to: "file.partial")
        try folder.write("whole", to: "file")
        #expect(try FileSystem().list(folder.path) == ["file"])
    }

    @Test(arguments: [(0x33, true), (0x801, false), (0x34, false), (0x10_0033, false)])
    func aFileSystemThatOtherMachinesMayUseIsKnownByItsKind(device: UInt64, isShared: Bool) {
        let mounts = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            36 22 0:51 / /mnt/a rw,nosuid shared:9 - fuse.sshfs host:/folder rw,user_id=0

            """
        #expect(FileSystem.isShared(device: device, mounts: mounts) == isShared)
        for kind in ["nfs4", "cifs", "smb3", "9p", "lustre", "tmpfs", "overlay"] {
            let isLocal = ["tmpfs", "overlay"].contains(kind)
            #expect(FileSystem.isShared(device: 0x33, mounts: "36 22 0:51 / /a rw - \(kind) x rw") != isLocal)
        }
    }

    #if os(Linux)
    @Test func aFileOfTheKernelIsReadToItsEnd() throws {
        let maps = try #require(try FileSystem().readUnsized("/proc/self/smaps", limit: 1 << 24))
        #expect(maps.count > 1 << 14 && maps.last == 0x0a)
    }
    #endif

    @Test(arguments: [FileSystem.Operation.create, .write, .sync, .rename])
    func aFailureLeavesTheFormerFileAlone(operation: FileSystem.Operation) throws {
        let folder = try TemporaryFolder(), path = folder.path + "/file"
        try folder.write("former", to: "file")
        let failing = FileSystem { asked, _ in asked == operation ? .torn(28) : nil }
        #expect(throws: FileSystemError.self) { try failing.replace(path, with: "another") }
        #expect(try FileSystem().list(folder.path) == ["file"])
        #expect(try folder.read("file") == "former")
    }

    @Test(arguments: [
        (FileSystem.Operation.lock, ENOLCK), (.lock, ENOSYS), (.setMode, EPERM), (.setMode, ENOTSUP), (.sync, ENOSYS),
        (.sync, EINVAL), (.link, EPERM), (.link, ENOTSUP),
    ])
    func whatAFileSystemLacksIsDoneWithout(operation: FileSystem.Operation, code: Int32) throws {
        let folder = try TemporaryFolder(), path = folder.path + "/file"
        // Of the file in the temporary folder that stands for another all is known.
        let files = FileSystem { asked, path in
            asked == operation && path.hasPrefix(folder.path) ? .error(code) : nil
        }
        try files.replace(path, with: "text")
        try files.setMode(path, 0o444)
        try files.syncFolder(folder.path)
        try files.link(path, to: folder.path + "/other")
        #expect(try folder.read("other") == "text")
        #expect(throws: FileSystemError.self) { try files.link(path, to: folder.path + "/other") }
        func canBeTaken() throws -> Bool {
            guard let lock = try FileLock(trying: path + ".lock", removes: true, in: files) else { return false }
            lock.release()
            return true
        }
        guard let first = try FileLock(trying: path + ".lock", removes: true, in: files) else {
            Issue.record("a lock that nobody holds")
            return
        }
        #expect(try !canBeTaken())
        first.release()
        #expect(try canBeTaken())
        try Torture.reached("a file system without \(operation): \(String(cString: strerror(code)))", 1, "goes on, told once")
    }

    @Test func aFolderIsMadeWhereALinkLeadsTo() throws {
        let folder = try TemporaryFolder()
        #expect(symlink("far/away", folder.path + "/link") == 0)
        try FileSystem().makeFolder(folder.path + "/link/inside")
        #expect(try FileSystem().list(folder.path + "/far/away") == ["inside"])
    }

    @Test func whatIsTooLongIsNotRead() throws {
        let folder = try TemporaryFolder()
        try folder.write("eleven byte", to: "file")
        let error = try #require(throws: FileSystemError.self) { try FileSystem().read(folder.path + "/file", limit: 10) }
        #expect(error.description.hasSuffix("it has 11 bytes where at most 10 are expected"))
    }

    @Test func onlyPlainFilesAreRead() throws {
        let folder = try TemporaryFolder()
        #expect(throws: FileSystemError(.read, folder.path, fact: "it is not a plain file")) {
            try FileSystem().read(folder.path)
        }
    }

    @Test func aFileThatShrinksWhileItIsReadIsAnError() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/file"
        try folder.write("eleven byte", to: "file")
        let shrinking = FileSystem { operation, _ in
            if operation == .read { truncate(path, 0) }
            return nil
        }
        #expect(throws: FileSystemError(.read, path, fact: "it ended after 0 of 11 bytes")) { try shrinking.read(path) }
        try folder.write("eleven byte", to: "file")
        #expect(try shrinking.read(path, isSteady: false) == [])
    }

    @Test func aFileThatIsNotThereIsNoneOrAnError() throws {
        let folder = try TemporaryFolder(), path = folder.path + "/none"
        #expect(try FileSystem().read(path) == nil)
        #expect(throws: FileSystemError(.open, path, code: 2)) { try FileSystem().contents(of: path) }
    }

    @Test func namesAreInTheOrderOfTheirBytes() throws {
        let folder = try TemporaryFolder()
        for name in ["b", "é", "a", "Z", "z\u{301}"] { try folder.write("", to: name) }
        #expect(try FileSystem().list(folder.path) == ["Z", "a", "b", "z\u{301}", "é"])
    }

    @Test func aTemporaryFolderGoesWithItsOwner() throws {
        var folder: TemporaryFolder? = try TemporaryFolder()
        let path = try #require(folder).path
        try folder?.write("text", to: "sub/file")
        folder = nil
        #expect(try FileSystem().status(path) == nil)
    }
}
