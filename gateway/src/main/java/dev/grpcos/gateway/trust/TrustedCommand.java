package dev.grpcos.gateway.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a command executes. For a gateway that runs as root, this includes the script of an
 * interpreter, as in {@code sh run.sh} and {@code env python3 run.py}, the programs that a shell's
 * {@code -c} names by their paths, and the interpreters in the first lines of scripts.
 *
 * <p>What a program executes by itself is not known here.
 */
public final class TrustedCommand {
  private static final int ROOT = 0;

  /**
   * Programs whose first argument that is a file is executed, although it need not be a program.
   */
  private static final Pattern INTERPRETER =
      Pattern.compile(
          "(?:a|ba|da|fi|k|mk|o|tc|c|z)?sh|busybox|(?:python|perl|ruby|lua|luajit|php|tclsh|node|"
              + "nodejs|java|guile)[0-9.]*|bun|deno|expect|pwsh|Rscript");

  /** The option of shells, alone or after others, that is followed by commands. */
  private static final Pattern CODE = Pattern.compile("-[A-Za-z]*c");

  /** The separators of words in shell commands. */
  private static final Pattern SEPARATOR = Pattern.compile("[\\s;|&()<>\"'`$={}]+");

  /** The kernel reads no more of a script's first line. */
  private static final int FIRST_LINE_BYTES = 256;

  private final Path directory;
  private final List<Path> searchPath;
  private final Set<Path> executed = new LinkedHashSet<>();

  private TrustedCommand(Path directory, List<Path> searchPath) {
    this.directory = directory;
    this.searchPath = searchPath;
  }

  /**
   * Returns the reason not to run a command; empty if there is none.
   *
   * @param command the absolute path of a program, and its arguments
   * @param directory the working folder of the program
   * @param searchPath the value of {@code PATH} for the program, or null
   * @param self the gateway's own user
   */
  public static Optional<String> distrust(
      List<String> command, Path directory, @Nullable String searchPath, int self) {
    Path program = Path.of(command.get(0));
    Optional<String> fault = TrustedFile.distrustProgram(program, self);
    if (fault.isPresent() || self != ROOT) {
      return fault;
    }
    List<Path> folders =
        Stream.of((searchPath == null ? "/usr/bin:/bin" : searchPath).split(":", -1))
            .filter(folder -> folder.startsWith("/"))
            .map(Path::of)
            .toList();
    TrustedCommand found = new TrustedCommand(directory, folders);
    found.addProgram(program);
    found.addWords(command.subList(1, command.size()), isInterpreter(program));
    return found.executed.stream()
        .map(file -> TrustedFile.distrust(file, self))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * Adds the files among arguments that are executed.
   *
   * @param script whether the first file is the script of an interpreter
   */
  private void addWords(List<String> words, boolean script) {
    boolean scriptFollows = script;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      Path file = file(word);
      if (scriptFollows && CODE.matcher(word).matches()) {
        if (i + 1 < words.size()) {
          addWords(Arrays.asList(SEPARATOR.split(words.get(++i))), false);
        }
        scriptFollows = false;
      } else if (file != null && (scriptFollows || isProgram(file))) {
        addProgram(file);
        scriptFollows = isInterpreter(file);
      } else if (word.equals(".") || word.equals("source")) {
        scriptFollows = true;
      } else if (word.indexOf(' ') >= 0 && isSplit(i == 0 ? "" : words.get(i - 1), word)) {
        String line = word.replaceFirst("^(?:-S|--split-string=)", "");
        addWords(Arrays.asList(SEPARATOR.split(line)), false);
      } else if (INTERPRETER.matcher(word).matches()) {
        searchPath.stream()
            .map(folder -> folder.resolve(word))
            .filter(Files::isExecutable)
            .findFirst()
            .ifPresent(this::addProgram);
        scriptFollows = true;
      }
    }
  }

  /** Returns whether {@code env} splits a word, as in {@code env -S 'python3 run.py'}. */
  private static boolean isSplit(String previous, String word) {
    return word.startsWith("-S")
        || word.startsWith("--split-string=")
        || previous.equals("-S")
        || previous.equals("--split-string");
  }

  /** Adds a program or script, and the interpreter in the first line of a script. */
  private void addProgram(Path file) {
    if (executed.add(file)) {
      String line = firstLine(file);
      if (line.startsWith("#!")) {
        List<String> words = Arrays.asList(line.substring(2).strip().split("\\s+"));
        Path interpreter = file(words.get(0));
        if (interpreter != null) {
          addProgram(interpreter);
        }
        addWords(words.subList(1, words.size()), false);
      }
    }
  }

  /** Returns the file that a word names, or null. */
  private @Nullable Path file(String word) {
    try {
      Path path = directory.resolve(word);
      // After a symbolic link, .. leads to the parent of its target.
      path = word.contains("..") ? path : path.normalize();
      return !word.isEmpty() && Files.isRegularFile(path) ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static boolean isProgram(Path file) {
    return Files.isExecutable(file) || firstLine(file).startsWith("#!");
  }

  private static boolean isInterpreter(Path file) {
    return INTERPRETER.matcher(String.valueOf(file.getFileName())).matches();
  }

  /** Returns the first line of a script; any text for another file. */
  private static String firstLine(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(FIRST_LINE_BYTES), StandardCharsets.ISO_8859_1)
          .lines()
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return ""; // running it fails in the same way
    }
  }
}
