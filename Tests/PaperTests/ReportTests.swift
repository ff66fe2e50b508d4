import Formats
import Foundation
import Testing

@testable import Paper

@Suite struct ReportTests {
    private func verdict(_ claim: Int, _ experiment: String, values: [Double]) -> VerdictRecord {
        VerdictRecord(
            claim: claim, statement: "Claim \(claim)", criterion: "at most 2", scope: "every run", quantity: "loss/GD's loss",
            experiment: experiment, data: "real", verdict: values.isEmpty ? "not tested" : "holds",
            median: values.isEmpty ? nil : values[values.count / 2],
            runs: values.map { .init(run: "a", value: $0, outcome: .holds) }
                + [.init(run: "b", outcome: .notTested, reason: "diverged")])
    }

    @Test func aClaimIsStatedOnceWithARowForEachExperiment() {
        var page = Page(title: "Report", profile: "smoke")
        page.addClaims([
            verdict(1, "mnist-mlp", values: [1.25, 1.5, 2]), verdict(1, "cifar10-cnn", values: []),
            verdict(2, "mnist-mlp", values: [1]),
        ])
        let html = page.html
        #expect(html.components(separatedBy: "<h3>").count == 3)
        #expect(html.contains("<h3>1. Claim 1</h3>") && html.contains("<h3>2. Claim 2</h3>"))
        #expect(html.contains("<th scope=\"col\">loss/GD's loss</th>"))
        #expect(html.contains("<td>1.5 (1.25 to 2)</td><td>3 for it, 1 diverged</td>"))
        #expect(html.contains("<td>cifar10-cnn</td><td><strong>– not tested</strong></td><td>–</td><td>1 diverged</td>"))
        #expect(html.contains("<td>1</td><td>1 for it, 1 diverged</td>"))
        #expect(!html.contains("<script"))
    }

    @Test func theProfileIsNamedWithWhatItIs() {
        let page = Page(title: "Report", profile: "paper", summary: "full size & not full length")
        #expect(page.html.contains("profile <code>paper</code>: full size &amp; not full length.</p>"))
        #expect(Page(title: "Report", profile: "run").html.contains("profile <code>run</code>.</p>"))
    }

    @Test(
        arguments: [
            (0.18613, "0.1861"), (15032, "15032"), (999_999, "999999"), (6_942_275_931_200_677, "6.942·10¹⁵"),
            (-2.5e6, "-2.5·10⁶"),
            (.nan, "–"), (.infinity, "–"), (0, "0.0"),
        ] as [(Double, String)])
    func largeNumbersAreWrittenWithAPowerOfTen(value: Double, text: String) { #expect(readable(value) == text) }
}
