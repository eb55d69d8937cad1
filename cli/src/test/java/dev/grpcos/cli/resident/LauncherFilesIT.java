package dev.grpcos.cli.resident;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests files that the compiled launcher opens, creates and passes to a resident. */
class LauncherFilesIT extends LauncherFixture {
  @Test
  void filesAreOpenedByTheLauncher() throws Exception {
    Files.writeString(folder.resolve("named.txt"), "content");
    assertRun("grpcos file -d@named.txt", 0, "content", "");
    assertRun("grpcos file --protoset=named.txt", 0, "content", "");
    assertRun("grpcos call named.txt x=@named.txt", 0, "content", "");
    assertRun("grpcos file -d@<(echo from a pipe)", 0, "from a pipe\n", "");
    assertRun("grpcos file -d@<(sleep 0.2; echo late)", 0, "late\n", "");
    assertRun("echo in | grpcos file -d@/dev/stdin", 0, "in\n", "");
    assertRun("mkfifo fifo; (echo by name >fifo &); grpcos file -d@fifo", 0, "by name\n", "");
    assertRun("grpcos file -d@missing", 1, "", "grpcos: No such file or directory\n");
    assertRun("grpcos file -d@.", 1, "", "grpcos: Is a directory\n");
    assertRun("head -c 3000000 /dev/urandom >big; grpcos file -d@big | cmp - big", 0, "", "");
  }

  @Test
  void gatewayGetsNoFileThatNoArgumentGives() throws Exception {
    String refused = "grpcos: no argument gives it as a file\n";
    assertRun("grpcos steal", 1, "", refused);
    assertRun("grpcos steal --netrc", 1, "", refused);
    assertRun("grpcos steal /etc/passwd", 1, "", refused);
    assertRun("grpcos steal --jq=/etc/passwd", 1, "", refused);
    assertRun("grpcos call /etc/passwd a=/etc/passwd mail=x@/etc/passwd", 1, "", refused);
    assertRun("SECRET=s grpcos variable SECRET", 0, "null\n", "");
    assertRun("SECRET=s grpcos variable SECRET --expand-headers", 0, "s\n", "");
    assertRun("grpcos variable NO_SUCH_THING --expand-headers", 0, "null\n", "");
    assertRun("TERM=odd grpcos variable TERM", 0, "odd\n", "");
    assertRun("TRACEPARENT=t grpcos health TRACEPARENT", 0, "t\n", "");
    assertRun("TRACEPARENT=t grpcos health TRACEPARENT --no-trace", 0, "null\n", "");
    assertRun("TRACEPARENT=t grpcos variable TRACEPARENT", 0, "null\n", "");
  }

  @Test
  void filesAreCreatedByTheLauncher() throws Exception {
    assertRun(
        "head -c 300000 /dev/urandom >much; umask 0; grpcos call --failed=new <much &&"
            + " cmp new much && stat -c %a new",
        0, "saved\n600\n", "");
    assertRun("echo longer >old; echo x | grpcos call --failed=old; cat old", 0, "saved\nx\n", "");
    assertRun("grpcos call --failed=/missing/x", 1, "", "grpcos: No such file or directory\n");
    assertRun(
        "echo x | grpcos call --failed=/dev/full",
        1,
        "saved\n",
        "grpcos: --failed /dev/full cannot be written: No space left on device\n");
  }

  @Test
  void fileIsFinishedWhenTheReaderOfOutputIsGone() throws Exception {
    assertRun(
        "grpcos call kept=held --failed=held | head -n 1; echo ${PIPESTATUS[0]}; cat held",
        0,
        "first\n0\nheld\n",
        "");
    assertRun(
        "grpcos call kept=/dev/full --failed=/dev/full | head -n 1; echo ${PIPESTATUS[0]}",
        0,
        "first\n1\n",
        "grpcos: --failed /dev/full cannot be written: No space left on device\n");
  }

  @Test
  void fileThatIsNotFinishedInTimeIsReported() throws Exception {
    assertRun(
        "grpcos call stuck=held --failed=held | head -n 1; echo ${PIPESTATUS[0]}",
        0,
        "first\n1\n",
        "grpcos: --failed held may be incomplete: the gateway at "
            + folder.resolve("gateway.sock")
            + " did not answer\n");
  }

  @Test
  void onlyCallsCreateFiles() throws Exception {
    String refused = "grpcos: no argument gives it as a file\n";
    assertRun("echo x >some; grpcos call again=some --cert=some", 1, "x\n", refused);
    assertRun("grpcos save --failed=stolen; ls stolen 2>&-", 2, "", refused);
    assertRun(
        "grpcos __complete --failed=stolen 0 -- call --failed=stolen; ls stolen 2>&-",
        2,
        "",
        refused);
  }

  @Test
  void inputIsNotEmptiedEvenIfItWasClosed() throws Exception {
    String kept = "grpcos: it is an input of the command\n";
    assertRun("echo kept >old; grpcos call --failed=old <old; cat old", 0, "kept\n", kept);
    assertRun("grpcos call again=old -d@old --failed=old; cat old", 0, "kept\nkept\n", kept);
  }

  @Test
  void sizeOfAFileIsPassedOn() throws Exception {
    assertRun("printf 12345 >five; grpcos size <five", 0, "5\n", "");
    assertRun("{ read -rn 2 -u 0; grpcos size; } <five", 0, "3\n", "");
    assertRun("printf 12345 | grpcos size; grpcos size </dev/null", 0, "-1\n-1\n", "");
  }

  @Test
  void fileIsOpenedWithTheCallersRights() throws Exception {
    assumeTrue(
        CompiledLauncher.runs(List.of("setpriv", "--reuid=65534", "--clear-groups", "true")),
        "needs root and setpriv, to be another user");
    Path secret = Files.writeString(folder.resolve("secret"), "of the gateway's user");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    Files.createSymbolicLink(folder.resolve("link"), secret);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(
        folder.resolve("gateway.sock.cli"), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertRun(
        "setpriv --reuid=65534 --regid=65534 --clear-groups grpcos file -d@link",
        1,
        "",
        "grpcos: Permission denied\n");
    assertRun(
        "setpriv --reuid=65534 --regid=65534 --clear-groups grpcos facts | cut -d' ' -f5",
        0,
        "65534\n",
        "");
  }
}
