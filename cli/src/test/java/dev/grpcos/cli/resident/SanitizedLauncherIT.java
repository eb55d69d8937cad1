package dev.grpcos.cli.resident;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs all tests of the launcher under AddressSanitizer and UBSan. */
@EnabledIfSystemProperty(
    named = "grpcos.packages",
    matches = ".+",
    disabledReason = "runs with the tests of packages, with -Pdist")
class SanitizedLauncherIT extends LauncherIT {
  @Override
  List<String> flags() throws Exception {
    assumeTrue(
        CompiledLauncher.sanitizersWork(folder), "no C compiler with AddressSanitizer and UBSan");
    return CompiledLauncher.SANITIZED;
  }

  /** The sanitizer needs memory for its records, and keeps freed memory in quarantine. */
  @Override
  int mostKilobytes() {
    return 99_999;
  }
}
