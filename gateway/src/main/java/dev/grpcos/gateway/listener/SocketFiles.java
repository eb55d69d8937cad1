package dev.grpcos.gateway.listener;

import dev.grpcos.gateway.config.ListenConfig;
import dev.grpcos.gateway.failure.GatewayException;
import dev.grpcos.gateway.process.OwnProcess;
import dev.grpcos.gateway.text.ShellText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the files at a socket's path; overwrites nothing. */
public final class SocketFiles {
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;
  private static final int OTHERS_WRITE = 0022;

  /** Only the owner may list or change the content. */
  static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

  private SocketFiles() {}

  /**
   * Creates the missing folders of a further socket. Users that may open the socket by its mode may
   * enter them, and only the gateway's user may write to them.
   */
  static void createFolders(ListenConfig listen) throws GatewayException {
    List<Path> missing = new ArrayList<>();
    Path folder = listen.socket().getParent();
    while (folder != null && !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      missing.add(0, folder);
      folder = folder.getParent();
    }
    int mode = 0700;
    mode |= (listen.mode() & 0060) == 0 ? 0 : 0050;
    mode |= (listen.mode() & 0006) == 0 ? 0 : 0005;
    for (Path each : missing) {
      try {
        Files.createDirectory(each, PosixFilePermissions.asFileAttribute(PRIVATE));
        setAccess(each, mode, listen.group());
      } catch (IOException e) {
        throw failed("the socket's folder " + each + " cannot be created", e);
      }
    }
  }

  /** Sets the mode of a file, and its group if there is one. */
  static void setAccess(Path file, int mode, @Nullable String group) throws IOException {
    if (group != null) {
      Files.getFileAttributeView(file, PosixFileAttributeView.class)
          .setGroup(
              file.getFileSystem()
                  .getUserPrincipalLookupService()
                  .lookupPrincipalByGroupName(group));
    }
    Files.setAttribute(file, "unix:mode", mode);
  }

  /**
   * Creates the folder and its missing parents with mode 0700; rejects a folder in which another
   * user could replace the socket.
   */
  public static void claimFolder(Path folder) throws GatewayException {
    Map<String, Object> attributes;
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PRIVATE));
      }
      attributes = Files.readAttributes(folder, "unix:uid,mode");
    } catch (FileAlreadyExistsException e) {
      throw new GatewayException(
          "%s is not a folder: give the socket a path in a folder".formatted(e.getFile()), e);
    } catch (IOException e) {
      throw failed("the socket's folder " + folder + " cannot be created", e);
    }
    int owner = number(attributes, "uid");
    int self = OwnProcess.uid();
    if (owner != self && owner != 0) {
      throw new GatewayException(
          "folder %s belongs to uid %d, who could replace the socket: use a folder of uid %d or of root"
              .formatted(folder, owner, self));
    }
    int mode = number(attributes, "mode");
    if ((mode & OTHERS_WRITE) != 0) {
      throw new GatewayException(
          "folder %s has mode %04o, so others could replace the socket: chmod go-w %s, or use another"
              .formatted(folder, mode & 07777, ShellText.word(folder.toString())));
    }
  }

  /**
   * Returns the identity (device and inode) of the socket at this path without following a symbolic
   * link; null if there is none.
   *
   * @throws GatewayException if another kind of file is there
   */
  static @Nullable Object socketAt(Path path) throws GatewayException {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(path, "unix:mode,fileKey", LinkOption.NOFOLLOW_LINKS);
      int type = number(attributes, "mode") & TYPE;
      if (type != SOCKET) {
        throw new GatewayException(
            "%s is %s, not a socket, and is left alone: remove it or use another path"
                .formatted(path, nameOf(type)));
      }
      return attributes.get("fileKey");
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw failed(path + " cannot be examined", e);
    }
  }

  /**
   * Returns the identity of the file at this path; null if there is none or it is not accessible.
   */
  static @Nullable Object keyAt(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Creates an exception with the subject and the reason, and a remedy if the reason is a lack of
   * permission.
   */
  static GatewayException failed(String subject, IOException cause) {
    String reason = cause.toString();
    if (cause instanceof AccessDeniedException) {
      reason =
          "permission denied for uid %d on %s: use a folder of your own, or change its mode"
              .formatted(OwnProcess.uid(), cause.getMessage());
    } else if (cause instanceof FileSystemException failure && failure.getReason() != null) {
      reason = failure.getReason();
    }
    return new GatewayException(subject + ": " + reason, cause);
  }

  private static int number(Map<String, Object> attributes, String name) {
    return ((Number) Objects.requireNonNull(attributes.get(name), name)).intValue();
  }

  private static String nameOf(int type) {
    return switch (type) {
      case 0100000 -> "a regular file";
      case 0040000 -> "a folder";
      case 0120000 -> "a symbolic link";
      case 0010000 -> "a FIFO";
      default -> "a device";
    };
  }
}
