import CodeDigests
import Foundation
print(CodeDigests.digest(of: "Formats"))
