package dev.grpcos.gateway.schema;

import com.google.api.AnnotationsProto;
import com.google.api.AuthProto;
import com.google.api.BackendProto;
import com.google.api.BillingProto;
import com.google.api.ClientProto;
import com.google.api.ConfigChangeProto;
import com.google.api.ConsumerProto;
import com.google.api.ContextProto;
import com.google.api.ControlProto;
import com.google.api.DistributionProto;
import com.google.api.DocumentationProto;
import com.google.api.EndpointProto;
import com.google.api.ErrorReasonProto;
import com.google.api.FieldBehaviorProto;
import com.google.api.FieldInfoProto;
import com.google.api.HttpBodyProto;
import com.google.api.HttpProto;
import com.google.api.LabelProto;
import com.google.api.LaunchStageProto;
import com.google.api.LogProto;
import com.google.api.LoggingProto;
import com.google.api.MetricProto;
import com.google.api.MonitoredResourceProto;
import com.google.api.MonitoringProto;
import com.google.api.PolicyProto;
import com.google.api.QuotaProto;
import com.google.api.ResourceProto;
import com.google.api.RoutingProto;
import com.google.api.ServiceProto;
import com.google.api.SourceInfoProto;
import com.google.api.SystemParameterProto;
import com.google.api.UsageProto;
import com.google.api.VisibilityProto;
import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import com.google.rpc.CodeProto;
import com.google.rpc.ErrorDetailsProto;
import com.google.rpc.StatusProto;
import com.google.rpc.context.AttributeContextProto;
import com.google.rpc.context.AuditContextProto;
import com.google.type.CalendarPeriodProto;
import com.google.type.ColorProto;
import com.google.type.DateProto;
import com.google.type.DateTimeProto;
import com.google.type.DayOfWeekProto;
import com.google.type.DecimalProto;
import com.google.type.ExprProto;
import com.google.type.FractionProto;
import com.google.type.IntervalProto;
import com.google.type.LatLngProto;
import com.google.type.LocalizedTextProto;
import com.google.type.MoneyProto;
import com.google.type.MonthProto;
import com.google.type.PhoneNumberProto;
import com.google.type.PostalAddressProto;
import com.google.type.QuaternionProto;
import com.google.type.TimeOfDayProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files of {@code google/protobuf}, {@code google/api}, {@code google/rpc} and {@code
 * google/type}. Many files import them, and many servers do not send them.
 */
public final class CommonFiles {
  /** The folders of the files. A file's package is its folder. */
  private static final List<String> FOLDERS =
      List.of(
          "google/api/", "google/protobuf/", "google/rpc/context/", "google/rpc/", "google/type/");

  private static final List<String> NAMES =
      List.of(
          "google/api/annotations.proto",
          "google/api/auth.proto",
          "google/api/backend.proto",
          "google/api/billing.proto",
          "google/api/client.proto",
          "google/api/config_change.proto",
          "google/api/consumer.proto",
          "google/api/context.proto",
          "google/api/control.proto",
          "google/api/distribution.proto",
          "google/api/documentation.proto",
          "google/api/endpoint.proto",
          "google/api/error_reason.proto",
          "google/api/field_behavior.proto",
          "google/api/field_info.proto",
          "google/api/http.proto",
          "google/api/httpbody.proto",
          "google/api/label.proto",
          "google/api/launch_stage.proto",
          "google/api/log.proto",
          "google/api/logging.proto",
          "google/api/metric.proto",
          "google/api/monitored_resource.proto",
          "google/api/monitoring.proto",
          "google/api/policy.proto",
          "google/api/quota.proto",
          "google/api/resource.proto",
          "google/api/routing.proto",
          "google/api/service.proto",
          "google/api/source_info.proto",
          "google/api/system_parameter.proto",
          "google/api/usage.proto",
          "google/api/visibility.proto",
          "google/protobuf/any.proto",
          "google/protobuf/api.proto",
          "google/protobuf/descriptor.proto",
          "google/protobuf/duration.proto",
          "google/protobuf/empty.proto",
          "google/protobuf/field_mask.proto",
          "google/protobuf/source_context.proto",
          "google/protobuf/struct.proto",
          "google/protobuf/timestamp.proto",
          "google/protobuf/type.proto",
          "google/protobuf/wrappers.proto",
          "google/rpc/code.proto",
          "google/rpc/error_details.proto",
          "google/rpc/status.proto",
          "google/rpc/context/attribute_context.proto",
          "google/rpc/context/audit_context.proto",
          "google/type/calendar_period.proto",
          "google/type/color.proto",
          "google/type/date.proto",
          "google/type/datetime.proto",
          "google/type/dayofweek.proto",
          "google/type/decimal.proto",
          "google/type/expr.proto",
          "google/type/fraction.proto",
          "google/type/interval.proto",
          "google/type/latlng.proto",
          "google/type/localized_text.proto",
          "google/type/money.proto",
          "google/type/month.proto",
          "google/type/phone_number.proto",
          "google/type/postal_address.proto",
          "google/type/quaternion.proto",
          "google/type/timeofday.proto");

  private CommonFiles() {}

  /** Returns whether the file with this name is a common file. */
  static boolean has(String name) {
    return NAMES.contains(name);
  }

  /** Returns whether the common files include this package. */
  static boolean isPackage(String name) {
    return FOLDERS.contains(name.replace('.', '/') + "/");
  }

  /** Returns the file with this name, or null if it is not a common file. */
  public static @Nullable FileDescriptorProto find(String name) {
    FileDescriptor file = descriptor(name);
    return file == null ? null : file.toProto();
  }

  /** Returns the file that declares this full name or an outer symbol of it, or null. */
  public static @Nullable FileDescriptorProto declaring(String symbol) {
    for (String name : folder(symbol)) {
      FileDescriptor file = descriptor(name);
      if (file != null) {
        for (String top : Declarations.top(file.toProto())) {
          if (symbol.equals(top) || symbol.startsWith(top + ".")) {
            return file.toProto();
          }
        }
      }
    }
    return null;
  }

  /** Returns the names of the files that may declare the symbol. Loading a file is expensive. */
  static List<String> folder(String symbol) {
    for (String folder : FOLDERS) {
      if (symbol.startsWith(folder.replace('/', '.'))) {
        return NAMES.stream()
            .filter(name -> name.startsWith(folder) && name.indexOf('/', folder.length()) < 0)
            .toList();
      }
    }
    return List.of();
  }

  /**
   * Returns the descriptor of the generated classes of the file, or null if it is not a common
   * file.
   */
  static @Nullable FileDescriptor descriptor(String name) {
    return switch (name) {
      case "google/api/annotations.proto" -> AnnotationsProto.getDescriptor();
      case "google/api/auth.proto" -> AuthProto.getDescriptor();
      case "google/api/backend.proto" -> BackendProto.getDescriptor();
      case "google/api/billing.proto" -> BillingProto.getDescriptor();
      case "google/api/client.proto" -> ClientProto.getDescriptor();
      case "google/api/config_change.proto" -> ConfigChangeProto.getDescriptor();
      case "google/api/consumer.proto" -> ConsumerProto.getDescriptor();
      case "google/api/context.proto" -> ContextProto.getDescriptor();
      case "google/api/control.proto" -> ControlProto.getDescriptor();
      case "google/api/distribution.proto" -> DistributionProto.getDescriptor();
      case "google/api/documentation.proto" -> DocumentationProto.getDescriptor();
      case "google/api/endpoint.proto" -> EndpointProto.getDescriptor();
      case "google/api/error_reason.proto" -> ErrorReasonProto.getDescriptor();
      case "google/api/field_behavior.proto" -> FieldBehaviorProto.getDescriptor();
      case "google/api/field_info.proto" -> FieldInfoProto.getDescriptor();
      case "google/api/http.proto" -> HttpProto.getDescriptor();
      case "google/api/httpbody.proto" -> HttpBodyProto.getDescriptor();
      case "google/api/label.proto" -> LabelProto.getDescriptor();
      case "google/api/launch_stage.proto" -> LaunchStageProto.getDescriptor();
      case "google/api/log.proto" -> LogProto.getDescriptor();
      case "google/api/logging.proto" -> LoggingProto.getDescriptor();
      case "google/api/metric.proto" -> MetricProto.getDescriptor();
      case "google/api/monitored_resource.proto" -> MonitoredResourceProto.getDescriptor();
      case "google/api/monitoring.proto" -> MonitoringProto.getDescriptor();
      case "google/api/policy.proto" -> PolicyProto.getDescriptor();
      case "google/api/quota.proto" -> QuotaProto.getDescriptor();
      case "google/api/resource.proto" -> ResourceProto.getDescriptor();
      case "google/api/routing.proto" -> RoutingProto.getDescriptor();
      case "google/api/service.proto" -> ServiceProto.getDescriptor();
      case "google/api/source_info.proto" -> SourceInfoProto.getDescriptor();
      case "google/api/system_parameter.proto" -> SystemParameterProto.getDescriptor();
      case "google/api/usage.proto" -> UsageProto.getDescriptor();
      case "google/api/visibility.proto" -> VisibilityProto.getDescriptor();
      case "google/protobuf/any.proto" -> AnyProto.getDescriptor();
      case "google/protobuf/api.proto" -> ApiProto.getDescriptor();
      case "google/protobuf/descriptor.proto" -> DescriptorProtos.getDescriptor();
      case "google/protobuf/duration.proto" -> DurationProto.getDescriptor();
      case "google/protobuf/empty.proto" -> EmptyProto.getDescriptor();
      case "google/protobuf/field_mask.proto" -> FieldMaskProto.getDescriptor();
      case "google/protobuf/source_context.proto" -> SourceContextProto.getDescriptor();
      case "google/protobuf/struct.proto" -> StructProto.getDescriptor();
      case "google/protobuf/timestamp.proto" -> TimestampProto.getDescriptor();
      case "google/protobuf/type.proto" -> TypeProto.getDescriptor();
      case "google/protobuf/wrappers.proto" -> WrappersProto.getDescriptor();
      case "google/rpc/code.proto" -> CodeProto.getDescriptor();
      case "google/rpc/error_details.proto" -> ErrorDetailsProto.getDescriptor();
      case "google/rpc/status.proto" -> StatusProto.getDescriptor();
      case "google/rpc/context/attribute_context.proto" -> AttributeContextProto.getDescriptor();
      case "google/rpc/context/audit_context.proto" -> AuditContextProto.getDescriptor();
      case "google/type/calendar_period.proto" -> CalendarPeriodProto.getDescriptor();
      case "google/type/color.proto" -> ColorProto.getDescriptor();
      case "google/type/date.proto" -> DateProto.getDescriptor();
      case "google/type/datetime.proto" -> DateTimeProto.getDescriptor();
      case "google/type/dayofweek.proto" -> DayOfWeekProto.getDescriptor();
      case "google/type/decimal.proto" -> DecimalProto.getDescriptor();
      case "google/type/expr.proto" -> ExprProto.getDescriptor();
      case "google/type/fraction.proto" -> FractionProto.getDescriptor();
      case "google/type/interval.proto" -> IntervalProto.getDescriptor();
      case "google/type/latlng.proto" -> LatLngProto.getDescriptor();
      case "google/type/localized_text.proto" -> LocalizedTextProto.getDescriptor();
      case "google/type/money.proto" -> MoneyProto.getDescriptor();
      case "google/type/month.proto" -> MonthProto.getDescriptor();
      case "google/type/phone_number.proto" -> PhoneNumberProto.getDescriptor();
      case "google/type/postal_address.proto" -> PostalAddressProto.getDescriptor();
      case "google/type/quaternion.proto" -> QuaternionProto.getDescriptor();
      case "google/type/timeofday.proto" -> TimeOfDayProto.getDescriptor();
      default -> null;
    };
  }
}
