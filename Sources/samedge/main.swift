import CodeDigests
print(CodeDigests.digest(of: "Formats"))
