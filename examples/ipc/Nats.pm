# A connection to a NATS server, as far as the pairs need one.
package Nats;
use strict;
use warnings;
use Socket qw(PF_INET SOCK_STREAM IPPROTO_TCP TCP_NODELAY INADDR_LOOPBACK sockaddr_in);

# Connects to the NATS server on this port of the loopback.
sub connect {
  my ($class, $port) = @_;
  socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!\n";
  CORE::connect($socket, sockaddr_in($port, INADDR_LOOPBACK)) or die "NATS on port $port: $!\n";
  setsockopt($socket, IPPROTO_TCP, TCP_NODELAY, 1);
  select((select($socket), $| = 1)[0]); # each print is sent at once
  <$socket>; # INFO
  print {$socket} qq(CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n);
  return bless {socket => $socket}, $class;
}

# Subscribes to a subject, in a queue group if one is given.
sub subscribe {
  my ($self, @subject) = @_;
  print {$self->{socket}} "SUB @subject 1\r\n";
}

# Publishes a message; the answer, if one is wanted, goes to $reply_to.
sub publish {
  my ($self, $payload, $subject, @reply_to) = @_;
  print {$self->{socket}} "PUB $subject @reply_to ", length $payload, "\r\n$payload\r\n";
}

# Waits for the next message; returns it and the subject that its reply goes to.
sub receive {
  my ($self) = @_;
  while (defined(my $line = readline $self->{socket})) {
    my @words = split ' ', $line;
    if ($words[0] eq 'PING') {
      print {$self->{socket}} "PONG\r\n";
    } elsif ($words[0] eq 'MSG') {
      read $self->{socket}, my $payload, $words[-1] + 2;
      return substr($payload, 0, -2), $words[-2];
    } elsif ($words[0] eq 'HMSG') {
      die "no responders: no server answers on this subject\n"; # the one use of headers here
    } elsif ($words[0] eq '-ERR') {
      die "NATS: $line";
    }
  }
  die "the NATS server has closed the connection\n";
}

# Returns once the server has received all that was published.
sub flush {
  my ($self) = @_;
  print {$self->{socket}} "PING\r\n";
  while (defined(my $line = readline $self->{socket})) {
    return if $line =~ /^PONG/;
  }
  die "the NATS server has closed the connection\n";
}

1;
