//! Names to addresses: IPv4 before IPv6, and a failed look-up that can be told from a failed connection.
//!
//! The IPv6 routes to the services are broken in places (packets vanish), and nothing is lost by asking for
//! them last. The look-up itself is the operating system's.

use std::io;
use std::net::SocketAddr;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// How getaddrinfo says that a name does not exist, in glibc and in musl. Nothing else tells it from a name
/// server that is silent: the standard library passes on only this text, in English whatever the locale.
const DEFINITE: [&str; 4] = [
    "Name or service not known",
    "No address associated with hostname",
    "Name does not resolve",
    "Name has no usable address",
];

/// The resolver of the operating system, its answer in another order.
#[derive(Debug, Default)]
pub(super) struct Ipv4First(DefaultResolver);

/// A look-up that gave no address.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct LookupFailed(io::Error);

impl LookupFailed {
    /// Whether the name is known not to exist. A text that is not recognised is taken for a passing failure.
    pub fn is_definite(&self) -> bool {
        let text = self.0.to_string();
        DEFINITE.iter().any(|phrase| text.contains(phrase))
    }
}

impl Resolver for Ipv4First {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        match self.0.resolve(uri, config, timeout) {
            Ok(found) => Ok(ipv4_first(&found, self.empty())),
            Err(ureq::Error::Io(cause)) => Err(ureq::Error::Other(Box::new(LookupFailed(cause)))),
            Err(other) => Err(other),
        }
    }
}

/// Fills `into` with the addresses, those of a family in the order they had: the operating system sorted them.
fn ipv4_first(found: &[SocketAddr], mut into: ResolvedSocketAddrs) -> ResolvedSocketAddrs {
    let old = found.iter().filter(|address| address.is_ipv4());
    let new = found.iter().filter(|address| address.is_ipv6());
    for address in old.chain(new) {
        into.push(*address);
    }
    into
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv4_comes_first_and_each_family_keeps_its_order() {
        let found: Vec<SocketAddr> = [
            "[2001:db8::1]:443",
            "192.0.2.2:443",
            "[2001:db8::2]:443",
            "192.0.2.1:443",
        ]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
        let sorted: Vec<String> = ipv4_first(&found, Ipv4First::default().empty())
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            sorted,
            [
                "192.0.2.2:443",
                "192.0.2.1:443",
                "[2001:db8::1]:443",
                "[2001:db8::2]:443"
            ]
        );
    }

    #[test]
    fn only_a_name_that_does_not_exist_is_a_definite_answer() {
        let lookup = |text: &str| {
            LookupFailed(io::Error::other(format!(
                "failed to lookup address information: {text}"
            )))
        };
        assert!(lookup("Name or service not known").is_definite());
        assert!(lookup("Name does not resolve").is_definite());
        assert!(!lookup("Temporary failure in name resolution").is_definite());
        assert!(!lookup("Try again").is_definite());
        assert!(!lookup("nodename nor servname provided, or not known").is_definite());
    }
}
