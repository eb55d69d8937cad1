package dev.grpcos.gateway.credential;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** Tells whether a file, or what a link to it leads to, is another than before. */
record FileStamp(@Nullable Object inode, FileTime modified, long size) {
  static FileStamp of(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new FileStamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
  }
}
