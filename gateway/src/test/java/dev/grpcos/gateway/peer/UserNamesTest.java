package dev.grpcos.gateway.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserNamesTest {
  @TempDir private Path folder;
  private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 1);

  @Test
  void nameIsReadAgainAfterAWhile() throws Exception {
    Path file = folder.resolve("passwd");
    Files.writeString(file, "root:x:0:0::/root:/bin/sh\nann:x:7:7::/:/bin/sh\n");
    UserNames names = new UserNames(file, time::get);
    assertThat(names.text(7)).isEqualTo("ann (uid 7)");
    assertThat(names.text(8)).isEqualTo("uid 8");

    Files.delete(file);
    time.addAndGet(UserNames.KEPT.toNanos() - 1);
    assertThat(names.text(7)).isEqualTo("ann (uid 7)");
    time.incrementAndGet();
    assertThat(names.text(7)).isEqualTo("uid 7");
  }

  @Test
  void fewNamesAreKept() throws Exception {
    Path file = folder.resolve("passwd");
    Files.writeString(file, "ann:x:7:7::/:/bin/sh\n");
    UserNames names = new UserNames(file, time::get);
    assertThat(names.text(7)).isEqualTo("ann (uid 7)");

    Files.delete(file);
    for (int uid = 1000; uid < 1000 + UserNames.MOST_KEPT; uid++) {
      assertThat(names.text(uid)).isEqualTo("uid " + uid);
    }
    assertThat(names.text(7)).isEqualTo("uid 7");
  }
}
