#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

let command = Command(project: .paper, environment: Command.environment(), root: Command.projectFolder())
exit(command.perform(Array(CommandLine.arguments.dropFirst())).rawValue)
