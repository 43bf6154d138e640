# Maplewire on the official Airflow image. The environment inside is uv.lock, exactly: the same packages that the tests ran with.
#
# The slim image, since the full one brings two hundred packages for clouds that we do not use, in versions that are
# not those of our lock.
ARG AIRFLOW_IMAGE=apache/airflow:slim-3.3.2-python3.12

FROM ${AIRFLOW_IMAGE} AS build
# The base image names a cache below /tmp that need not be ours to write.
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_CACHE_DIR=/tmp/build/cache
RUN mkdir /tmp/build && python -m venv /tmp/uv \
    && /tmp/uv/bin/pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
WORKDIR /tmp/build
COPY --chown=50000:0 pyproject.toml uv.lock README.md LICENSE ./
RUN /tmp/uv/bin/uv export --quiet --frozen --no-default-groups --extra production --no-emit-project \
        --format requirements-txt --output-file requirements.txt
COPY --chown=50000:0 crawlers/ crawlers/
COPY --chown=50000:0 pipelines/ pipelines/
COPY --chown=50000:0 maplewire_demo/ maplewire_demo/
COPY --chown=50000:0 maplewire_bench/ maplewire_bench/
COPY --chown=50000:0 beats/ beats/
COPY --chown=50000:0 kibana/ kibana/
COPY --chown=50000:0 dags/ dags/
RUN /tmp/uv/bin/uv build --quiet --wheel --out-dir dist

FROM ${AIRFLOW_IMAGE}
USER root
# Named volumes take over the owner of the folder they are mounted on, so no container needs to start as root.
RUN install -d -o 50000 -g 0 -m 2775 /var/lib/maplewire /opt/maplewire
USER 50000:0
# `sync` also removes what the base image has beside the lock. VIRTUAL_ENV of the base image says where Airflow lives.
# Compiled here, or each pod would do it again: half of the time until its task begins.
RUN --mount=type=bind,from=build,source=/tmp/build/requirements.txt,target=/tmp/requirements.txt \
    --mount=type=bind,from=build,source=/tmp/uv,target=/tmp/uv \
    /tmp/uv/bin/uv pip sync --quiet --no-cache --require-hashes --compile-bytecode /tmp/requirements.txt
RUN --mount=type=bind,from=build,source=/tmp/build/dist,target=/tmp/dist \
    --mount=type=bind,from=build,source=/tmp/uv,target=/tmp/uv \
    /tmp/uv/bin/uv pip install --quiet --no-cache --compile-bytecode --no-deps /tmp/dist/*.whl \
    && /tmp/uv/bin/uv pip check \
    && maplewire --help > /dev/null \
    && airflow version
COPY --chown=50000:0 deploy/airflow/ /opt/maplewire/
COPY --chown=50000:0 dags/ /opt/airflow/dags/
ENV MAPLEWIRE_HOME=/var/lib/maplewire \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/airflow/dags/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False
