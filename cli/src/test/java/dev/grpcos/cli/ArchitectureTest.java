package dev.grpcos.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.grpcos.cli.command.OptionNames;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Checks the dependencies between packages, and the names of classes. */
@AnalyzeClasses(
    packages = {ArchitectureTest.GATEWAY, ArchitectureTest.CLI},
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  static final String GATEWAY = "dev.grpcos.gateway";
  static final String CLI = "dev.grpcos.cli";

  /**
   * The packages of the gateway that use no other package of it, so that any package may use them.
   */
  private static final Set<String> LEAVES = Set.of("channel", "json", "schema", "text");

  private static final Pattern DECLARATION =
      Pattern.compile(
          "^ *(?:(?:public|private|protected|static|final|abstract|sealed|non-sealed) )*"
              + "(?:class|record|enum|interface) (\\w+)",
          Pattern.MULTILINE);

  @ArchTest
  static final ArchRule packagesDependOneWay =
      slices().assignedFrom(new Packages()).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule leavesUseNoOtherPackageOfTheGateway =
      classes()
          .that(describe("are in a leaf package", ArchitectureTest::isInLeaf))
          .should(useNoOtherPackageOfTheGateway());

  @ArchTest
  static final ArchRule gatewayNamesNoOptionOfTheCommand =
      classes().that().resideInAPackage(GATEWAY + "..").should(nameNoOption());

  /** Includes nested classes and test classes. */
  @ArchTest
  static void simpleNamesAreUnique(JavaClasses classes) throws IOException {
    Map<String, List<Path>> places = new TreeMap<>();
    for (Path file : sources()) {
      for (MatchResult declared : DECLARATION.matcher(Files.readString(file)).results().toList()) {
        places.computeIfAbsent(declared.group(1), name -> new ArrayList<>()).add(file);
      }
    }
    assertThat(places)
        .hasSizeGreaterThan(classes.stream().filter(JavaClass::isTopLevelClass).toList().size());
    places.values().removeIf(each -> each.size() == 1);
    assertThat(places).as("classes of the same name").isEmpty();
  }

  /** Leaves out the output of the build, because other modules are built at the same time. */
  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        Path.of("..").toRealPath(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return folder.endsWith("target")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().matches(".*/src/(main|test)/java/.*\\.java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }

  private static boolean isInLeaf(JavaClass type) {
    String prefix = GATEWAY + ".";
    return type.getPackageName().startsWith(prefix)
        && LEAVES.contains(type.getPackageName().substring(prefix.length()));
  }

  private static ArchCondition<JavaClass> useNoOtherPackageOfTheGateway() {
    return new ArchCondition<>("use no other package of the gateway") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          String target = dependency.getTargetClass().getPackageName();
          if (target.startsWith(GATEWAY) && !target.equals(type.getPackageName())) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> nameNoOption() {
    Set<String> options = OptionNames.all();
    return new ArchCondition<>("name no option of the command") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (String constant : StringConstants.of(type)) {
          for (String word : constant.split("[^-_A-Za-z0-9]+", -1)) {
            if (options.contains(word)) {
              events.add(
                  SimpleConditionEvent.violated(
                      type, type.getName() + " names " + word + ": \"" + constant + "\""));
            }
          }
        }
      }
    };
  }

  /** Makes a slice of each package. */
  private static final class Packages implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return SliceIdentifier.of(type.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
