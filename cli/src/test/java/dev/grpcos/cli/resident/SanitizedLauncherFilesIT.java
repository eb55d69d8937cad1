package dev.grpcos.cli.resident;

import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs the tests of the launcher's files under AddressSanitizer and UBSan. */
@EnabledIfSystemProperty(
    named = "grpcos.packages",
    matches = ".+",
    disabledReason = "runs with the tests of packages, with -Pdist")
class SanitizedLauncherFilesIT extends LauncherFilesIT {
  @Override
  List<String> flags() throws Exception {
    return CompiledLauncher.sanitized(folder);
  }
}
