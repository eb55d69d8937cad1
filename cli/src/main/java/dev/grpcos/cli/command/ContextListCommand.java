package dev.grpcos.cli.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.grpcos.cli.context.ContextText;
import dev.grpcos.cli.context.Contexts;
import dev.grpcos.cli.failure.ExitCode;
import dev.grpcos.cli.output.StandardOutput;
import dev.grpcos.gateway.text.PrintableText;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grpcos context list}: lists the caller's contexts. */
@Command(
    name = "list",
    description = "Lists the contexts with their targets; * marks the default.",
    footer = "  grpcos context list")
final class ContextListCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Mixin StandardOptions standard = new StandardOptions();

  private final CommandContext context;

  ContextListCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Contexts contexts = CallersContexts.read(context.invocation());
    List<String> names = contexts.names();
    String preset = contexts.preset();
    StandardOutput output = context.output();
    if (json) {
      JsonArray list = new JsonArray();
      for (String name : names) {
        JsonObject each = new JsonObject();
        each.addProperty("name", name);
        each.addProperty("target", target(name, contexts));
        each.addProperty("default", name.equals(preset));
        list.add(each);
      }
      JsonObject all = new JsonObject();
      all.add("contexts", list);
      output.line(all.toString());
      return ExitCode.OK;
    }
    int width = names.stream().mapToInt(String::length).max().orElse(0);
    for (String name : names) {
      String target = target(name, contexts);
      output.line(
          "%s %s  %s"
              .formatted(
                  name.equals(preset) ? "*" : " ",
                  name + " ".repeat(width - name.length()),
                  target == null ? "(invalid)" : PrintableText.line(target)));
    }
    return ExitCode.OK;
  }

  private static @Nullable String target(String name, Contexts contexts) {
    String target = contexts.target(name);
    return target == null ? null : ContextText.withoutLogin(target);
  }
}
