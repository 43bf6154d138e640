#!/bin/bash
# Make an authority and the server's certificate, once. The keys stay in CERTS, which only the server sees;
# everyone else gets the authority's certificate from CA.
set -euo pipefail

certs=${CERTS:-/certs}
ca=${CA:-/ca}
certutil=${CERTUTIL:-/usr/share/elasticsearch/bin/elasticsearch-certutil}
days=3650 # the authority is trusted by this stack alone, and nobody renews it by hand

if [[ ! -s $certs/elasticsearch.crt ]]; then
    work=$(mktemp -d)
    "$certutil" ca --silent --pem --days "$days" --out "$work/ca.zip"
    unzip -q "$work/ca.zip" -d "$work"
    "$certutil" cert --silent --pem --days "$days" --name elasticsearch \
        --ca-cert "$work/ca/ca.crt" --ca-key "$work/ca/ca.key" \
        --dns elasticsearch --dns localhost --ip 127.0.0.1 --out "$work/certs.zip"
    unzip -q "$work/certs.zip" -d "$work"
    cp "$work/ca/ca.key" "$work/elasticsearch/elasticsearch.key" "$certs/"
    cp "$work/ca/ca.crt" "$certs/"
    cp "$work/elasticsearch/elasticsearch.crt" "$certs/" # last: its presence says that all is there
    rm -rf "$work"
    echo "made an authority and a certificate for elasticsearch"
fi

# The server's group is root's; nobody else may read its key.
chmod 750 "$certs"
chmod 640 "$certs"/*
cp "$certs/ca.crt" "$ca/ca.crt"
chmod 755 "$ca"
chmod 644 "$ca/ca.crt"
