# Two images: the command line, and with --target page the page as well; docs/docker.md says how to use them.

FROM python:3.12-slim AS wheel
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.12-slim AS base
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --create-home --uid 1000 listener
# the extra `export` stays out: the wheel of PyAV holds libx264, which is under the GPL
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels pip install /wheels/*.whl
WORKDIR /work
USER listener
ENTRYPOINT ["img2music"]

FROM base AS page
USER root
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels pip install "$(echo /wheels/*.whl)[app]"
USER listener
EXPOSE 7860
CMD ["app", "--host", "0.0.0.0", "--port", "7860", "--no-browser"]

FROM base
CMD ["--help"]
