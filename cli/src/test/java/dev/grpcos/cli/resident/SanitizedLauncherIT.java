package dev.grpcos.cli.resident;

import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs the tests of the launcher under AddressSanitizer and UBSan. */
@EnabledIfSystemProperty(
    named = "grpcos.packages",
    matches = ".+",
    disabledReason = "runs with the tests of packages, with -Pdist")
class SanitizedLauncherIT extends LauncherIT {
  @Override
  List<String> flags() throws Exception {
    return CompiledLauncher.sanitized(folder);
  }

  /** The sanitizer needs memory for its records, and keeps freed memory in quarantine. */
  @Override
  int mostKilobytes() {
    return 99_999;
  }
}
