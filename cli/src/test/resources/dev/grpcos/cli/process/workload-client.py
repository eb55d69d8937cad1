# Prints the serial number of the X.509-SVID that a Workload API gives to the PyPI package spiffe.
import sys

sys.path.insert(0, sys.argv[2])
from spiffe import WorkloadApiClient

with WorkloadApiClient("unix:" + sys.argv[1]) as api:
    context = api.fetch_x509_context(timeout=60)
    svid = context.default_svid
    bundle = context.x509_bundle_set.get_bundle_for_trust_domain(svid.spiffe_id.trust_domain)
    print(svid.spiffe_id, len(bundle.x509_authorities), format(svid.leaf.serial_number, "x"))
