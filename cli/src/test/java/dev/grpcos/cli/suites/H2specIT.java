package dev.grpcos.cli.suites;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grpcos.cli.distribution.Command;
import dev.grpcos.cli.distribution.Outcome;
import dev.grpcos.cli.inprocess.InProcessGateway;
import dev.grpcos.cli.process.ForeignTools;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The tests of h2spec, on a gateway's socket. */
final class H2specIT {
  @TempDir private Path folder;

  @Test
  void onlyListedTestsFail() throws Exception {
    Path h2spec = ForeignTools.program("h2spec");
    Path report = folder.resolve("report.xml");
    Outcome outcome;
    try (InProcessGateway gateway = InProcessGateway.start(folder.resolve("g.sock"));
        TcpBridge bridge = new TcpBridge(gateway.socket())) {
      outcome =
          new Command(
                  h2spec,
                  "-p" + bridge.port(),
                  "-P/helloworld.Greeter/SayHello",
                  "-o2",
                  "-j" + report)
              .run();
    }
    assertThat(outcome.stdout()).as("%s", outcome).contains("145 tests, ");
    assertThat(failed(report)).containsExactlyElementsOf(KnownDifferences.tests("h2spec.txt"));
  }

  private static List<String> failed(Path report) throws Exception {
    NodeList tests =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(report.toFile())
            .getElementsByTagName("testcase");
    List<String> failed = new ArrayList<>();
    for (int i = 0; i < tests.getLength(); i++) {
      Element test = (Element) tests.item(i);
      boolean bad =
          test.getElementsByTagName("failure").getLength()
                  + test.getElementsByTagName("error").getLength()
              > 0;
      if (bad) {
        failed.add(test.getAttribute("package") + " " + test.getAttribute("classname"));
      }
    }
    return failed;
  }
}
