package dev.grpcos.cli.resident;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;

/** The launcher under AddressSanitizer and UBSan, in all that it does. */
class SanitizedLauncherIT extends LauncherIT {
  @Override
  List<String> flags() throws Exception {
    assumeTrue(
        CompiledLauncher.sanitizersWork(folder), "no C compiler with AddressSanitizer and UBSan");
    return CompiledLauncher.SANITIZED;
  }

  /** The sanitizer keeps books on all memory, and what is freed in quarantine. */
  @Override
  int mostKilobytes() {
    return 99_999;
  }
}
