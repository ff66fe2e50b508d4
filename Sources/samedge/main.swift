import Pipeline

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

StandardOutput.open()
Interrupts.begin()
exit(StandardOutput.end(Command.performCall()).rawValue)
