import Foundation
import PackagePlugin

/// Runs `digest-sources` over every module's folder, so that stage keys can hold the digest of the code they run.
@main
struct DigestSources: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let sources = context.package.directoryURL.appending(path: "Sources")
        let output = context.pluginWorkDirectoryURL.appending(path: "CodeDigests.generated.swift")
        var inputs: [URL] = []
        if let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil) {
            for case let file as URL in files where !file.hasDirectoryPath && file.pathExtension != "md" { inputs.append(file) }
        }
        return [
            .buildCommand(
                displayName: "Digesting sources", executable: try context.tool(named: "digest-sources").url,
                arguments: [sources.path(percentEncoded: false), output.path(percentEncoded: false)],
                inputFiles: inputs.sorted { $0.path() < $1.path() }, outputFiles: [output])
        ]
    }
}
