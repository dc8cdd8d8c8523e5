//! What can go wrong between a question and the last byte of its answer, told apart by who has to act: the
//! author of the pipeline file, whoever keeps this network, or nobody but the clock.
//!
//! This file also holds the only translation from the errors of the HTTP library. What a status code means is
//! not judged here: an answer with status 500 is an answer.

use std::io;
use std::time::Duration;

use ureq::Timeout;

use super::resolver::LookupFailed;
use super::transport::LostConnection;
use super::{Limits, address::Address};

/// As much of a foreign text as an error message shows.
const SHOWN_CHARACTERS: usize = 200;

/// Why there is no answer, or not all of it. `host` is the name as the pipeline file has it, with its port if
/// one is given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// An address that is refused before anything is sent.
    #[error("expected an address as https://host/path, found `{url}`, which {problem}")]
    BadUrl {
        /// The address, shortened, without user name and password.
        url: String,
        /// What is wrong with it, as the end of a sentence.
        problem: &'static str,
    },
    /// Plain http to another machine; refused before anything is sent.
    #[error("expected https for {host}, found plain http")]
    Plain {
        /// The host.
        host: String,
    },
    /// The name service answered that the name does not exist.
    #[error("{host}: this host name does not exist: {cause}")]
    UnknownName {
        /// The host.
        host: String,
        /// What the name service said.
        cause: String,
    },
    /// The name service did not answer.
    #[error("{host}: the host name could not be looked up: {cause}")]
    NoNameService {
        /// The host.
        host: String,
        /// What the operating system said.
        cause: String,
    },
    /// Nothing at any of the host's addresses takes the connection.
    #[error("{host}: no connection: {cause}")]
    Unreachable {
        /// The host.
        host: String,
        /// What the operating system said about the last address that was tried.
        cause: String,
    },
    /// The proxy that the environment names cannot be reached, or does not pass the connection on.
    #[error("{host}: not reached through the proxy {proxy}: {cause}")]
    Proxy {
        /// The host that was asked.
        host: String,
        /// The proxy, with its port.
        proxy: String,
        /// What the operating system or the proxy said.
        cause: String,
    },
    /// The other side cannot prove that it is the host, or does not speak TLS.
    #[error("{host}: no trusted connection: {cause}")]
    Tls {
        /// The host.
        host: String,
        /// What the TLS library said.
        cause: String,
    },
    /// Connected, and then no byte for too long.
    #[error("{host}: silent for {limit:?}")]
    Silence {
        /// The host.
        host: String,
        /// How long was waited for one byte.
        limit: Duration,
    },
    /// Bytes kept coming, and the whole took too long.
    #[error("{host}: the answer was not whole after {limit:?}")]
    TooSlow {
        /// The host.
        host: String,
        /// How long was waited for the whole.
        limit: Duration,
    },
    /// The connection was reset or closed before the end of the answer.
    #[error("{host}: broke off after {received} bytes of the content: {cause}")]
    BrokenOff {
        /// The host.
        host: String,
        /// How many bytes of the content, unpacked, came before that.
        received: u64,
        /// What the operating system or the HTTP library said.
        cause: String,
    },
    /// Something came that is no HTTP answer, or is packed in a way that cannot be undone.
    #[error("{host}: expected an HTTP answer, found {problem}")]
    BadReply {
        /// The host.
        host: String,
        /// What was found.
        problem: String,
    },
}

impl NetworkError {
    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::BadUrl { .. } => "correct the address in the pipeline file".to_owned(),
            Self::Plain { host } => {
                format!(
                    "write https://{host} in the pipeline file; plain http is only for this machine itself"
                )
            }
            Self::UnknownName { host, .. } => format!(
                "look whether {host} is spelled right in the pipeline file; if it is, the name server of this \
                 network does not know the names of the internet"
            ),
            Self::NoNameService { host, .. } => format!(
                "look whether this machine is online and finds other names; if it does, look whether {host} is \
                 spelled right in the pipeline file"
            ),
            Self::Unreachable { host, .. } => format!(
                "look from this machine whether anything at {host} answers; if other sites do, the service is down \
                 or a firewall stops it (set HTTPS_PROXY if this network has a proxy)"
            ),
            Self::Proxy { host, .. } => format!(
                "look at HTTPS_PROXY and ALL_PROXY in the environment (an http proxy; SOCKS is not supported), and \
                 ask whether it lets {host} through"
            ),
            Self::Tls { host, .. } => format!(
                "nothing was fetched, since this may not be {host}; if this network inspects TLS, ask for an \
                 exception for {host}, and look at the clock of this machine"
            ),
            Self::Silence { .. } | Self::TooSlow { .. } | Self::BrokenOff { .. } => {
                "the address is right and the service or the line is in trouble; run again later".to_owned()
            }
            Self::BadReply { host, .. } => format!(
                "the address leads to something that does not speak HTTP as {host} should; if it goes on, look for \
                 a proxy or filter on the way"
            ),
        };
        Some(hint)
    }

    /// Whether the same question may get a better answer in a while. Not so for an address that is wrong, a
    /// name that does not exist and a host that is not trusted.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::BadUrl { .. } | Self::Plain { .. } | Self::UnknownName { .. } | Self::Tls { .. } => false,
            Self::NoNameService { .. }
            | Self::Unreachable { .. }
            | Self::Proxy { .. }
            | Self::Silence { .. }
            | Self::TooSlow { .. }
            | Self::BrokenOff { .. }
            | Self::BadReply { .. } => true,
        }
    }

    /// What the HTTP library says before the content begins. `proxy` is what the connection went through: all
    /// that happens before there is a connection is then about the proxy and not about the host.
    pub(super) fn before_content(
        error: ureq::Error,
        address: &Address,
        proxy: Option<String>,
        limits: Limits,
    ) -> Self {
        let failure = Self::direct(error, address.host.clone(), limits);
        match (failure, proxy) {
            (
                Self::Unreachable { host, cause }
                | Self::UnknownName { host, cause }
                | Self::NoNameService { host, cause },
                Some(proxy),
            ) => Self::Proxy { host, proxy, cause },
            (failure, _) => failure,
        }
    }

    fn direct(error: ureq::Error, host: String, limits: Limits) -> Self {
        match error {
            ureq::Error::Io(cause) if is_broken_connection(&cause) => Self::broken_off(host, 0, &cause),
            // rustls hands every protocol and certificate error on as `InvalidData`, and nothing else does.
            ureq::Error::Io(cause) if cause.kind() == io::ErrorKind::InvalidData => Self::Tls {
                host,
                cause: shown(&cause.to_string()),
            },
            ureq::Error::Io(cause) => Self::Unreachable {
                host,
                cause: shown(&cause.to_string()),
            },
            other => Self::anywhere(other, host, 0, limits),
        }
    }

    /// What the HTTP library says after `received` bytes of content.
    pub(super) fn in_content(error: ureq::Error, host: String, received: u64, limits: Limits) -> Self {
        match error {
            ureq::Error::Io(cause) => Self::broken_off(host, received, &cause),
            // Closed inside the line that announces a chunk.
            ureq::Error::BodyStalled => {
                Self::broken_off(host, received, &io::ErrorKind::UnexpectedEof.into())
            }
            ureq::Error::Decompress(_, cause) if cause.kind() == io::ErrorKind::UnexpectedEof => {
                Self::broken_off(host, received, &cause)
            }
            ureq::Error::Decompress(_, cause) => Self::BadReply {
                host,
                problem: shown(&format!("damaged gzip data after {received} bytes: {cause}")),
            },
            other => Self::anywhere(other, host, received, limits),
        }
    }

    fn anywhere(error: ureq::Error, host: String, received: u64, limits: Limits) -> Self {
        match error {
            ureq::Error::Timeout(Timeout::Resolve) => Self::NoNameService {
                host,
                cause: format!("no answer within {:?}", limits.connect),
            },
            ureq::Error::Timeout(Timeout::Connect) => Self::Unreachable {
                host,
                cause: format!("no answer within {:?}", limits.connect),
            },
            ureq::Error::Timeout(Timeout::PerRead | Timeout::PerWrite) => Self::Silence {
                host,
                limit: limits.silence,
            },
            ureq::Error::Timeout(_) => Self::TooSlow {
                host,
                limit: limits.whole,
            },
            ureq::Error::HostNotFound => Self::UnknownName {
                host,
                cause: "it has no address".to_owned(),
            },
            error @ ureq::Error::ConnectProxyFailed(_) => Self::Unreachable {
                host,
                cause: shown(&error.to_string()),
            },
            error @ (ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::TlsRequired) => Self::Tls {
                host,
                cause: shown(&error.to_string()),
            },
            ureq::Error::Other(other) => match other.downcast_ref::<LostConnection>() {
                Some(LostConnection(cause)) => Self::broken_off(host, received, cause),
                None => Self::lookup_or_bad_reply(other.as_ref(), host),
            },
            other => Self::BadReply {
                host,
                problem: shown(&other.to_string()),
            },
        }
    }

    fn lookup_or_bad_reply(error: &(dyn std::error::Error + Send + Sync + 'static), host: String) -> Self {
        let cause = shown(&error.to_string());
        match error.downcast_ref::<LookupFailed>() {
            Some(lookup) if lookup.is_definite() => Self::UnknownName { host, cause },
            Some(_) => Self::NoNameService { host, cause },
            None => Self::BadReply { host, problem: cause },
        }
    }

    fn broken_off(host: String, received: u64, cause: &io::Error) -> Self {
        Self::BrokenOff {
            host,
            received,
            cause: shown(&cause.to_string()),
        }
    }

    /// The kind that a reader of the content expects.
    pub(super) fn io_kind(&self) -> io::ErrorKind {
        match self {
            Self::Silence { .. } | Self::TooSlow { .. } => io::ErrorKind::TimedOut,
            Self::BrokenOff { .. } => io::ErrorKind::UnexpectedEof,
            Self::BadReply { .. } => io::ErrorKind::InvalidData,
            _ => io::ErrorKind::Other,
        }
    }
}

/// Whether an error says that a connection there was is there no longer.
pub(super) fn is_broken_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotConnected
            | io::ErrorKind::UnexpectedEof
    )
}

/// A foreign text as a message may show it: short, on one line, and without control characters.
pub(super) fn shown(text: &str) -> String {
    text.chars()
        .take(SHOWN_CHARACTERS)
        .map(|character| {
            if character.is_control() {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect()
}
