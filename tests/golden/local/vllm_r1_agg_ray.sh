#!/bin/sh
# vllm_r1_agg_ray with the local launcher: 16 ranks on 2 node(s), served at http://127.0.0.1:20000
# stand-in: each of 16 rank(s) is a process without a GPU that says what TensorRT-LLM says and answers with words of its own, and its 2 nodes are this host; Dynamo's frontend and runtime are real
# Dynamo is the installed ai-dynamo-runtime; the topology is written for 0.2.1
# run without these variables of your own: SLURM_*, OMPI_*, PMI*, ETCD_*, NATS_*, DYN_*

# etcd, on node1
HOME=/runs/run-1 PYTEST_DYNAMO_RUN=run-1 \
  /usr/bin/etcd \
  --data-dir /runs/run-1/etcd \
  --listen-client-urls http://127.0.0.1:20001 \
  --advertise-client-urls http://127.0.0.1:20001 \
  --listen-peer-urls http://127.0.0.1:20002 \
  --initial-advertise-peer-urls http://127.0.0.1:20002 \
  --initial-cluster default=http://127.0.0.1:20002 >logs/etcd.log 2>&1 &

# nats, on node1
HOME=/runs/run-1 PYTEST_DYNAMO_RUN=run-1 \
  /usr/sbin/nats-server -js \
  --addr 127.0.0.1 \
  --port 20003 \
  --store_dir /runs/run-1/nats >logs/nats.log 2>&1 &

# frontend, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_HTTP_SSE_KEEP_ALIVE_INTERVAL_MS=25 \
  DYN_REQUEST_PLANE=nats DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 \
  DYN_TCP_RPC_HOST=127.0.0.1 ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 \
  HOME=/runs/run-1 NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s /venv/standin/frontend.py \
  --host 127.0.0.1 \
  --port 20000 \
  --router round-robin >logs/frontend.log 2>&1 &

# agg0.0, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=0 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.0.log 2>&1 &

# agg0.1, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=1 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.1.log 2>&1 &

# agg0.2, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=2 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.2.log 2>&1 &

# agg0.3, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=3 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.3.log 2>&1 &

# agg0.4, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=4 SLURM_NTASKS=16 SLURM_PROCID=4 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.4.log 2>&1 &

# agg0.5, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=5 SLURM_NTASKS=16 SLURM_PROCID=5 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.5.log 2>&1 &

# agg0.6, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=6 SLURM_NTASKS=16 SLURM_PROCID=6 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.6.log 2>&1 &

# agg0.7, on node1
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node1 SLURM_LOCALID=7 SLURM_NTASKS=16 SLURM_PROCID=7 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.7.log 2>&1 &

# agg0.8, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=0 SLURM_NTASKS=16 SLURM_PROCID=8 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.8.log 2>&1 &

# agg0.9, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=1 SLURM_NTASKS=16 SLURM_PROCID=9 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.9.log 2>&1 &

# agg0.10, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=2 SLURM_NTASKS=16 SLURM_PROCID=10 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.10.log 2>&1 &

# agg0.11, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=3 SLURM_NTASKS=16 SLURM_PROCID=11 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.11.log 2>&1 &

# agg0.12, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=4 SLURM_NTASKS=16 SLURM_PROCID=12 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.12.log 2>&1 &

# agg0.13, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=5 SLURM_NTASKS=16 SLURM_PROCID=13 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.13.log 2>&1 &

# agg0.14, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=6 SLURM_NTASKS=16 SLURM_PROCID=14 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.14.log 2>&1 &

# agg0.15, on node2
# after etcd accepts connections at 127.0.0.1:20001 and 127.0.0.1:20002, nats accepts connections at 127.0.0.1:20003
DYN_DISCOVERY_BACKEND=etcd DYN_EVENT_PLANE=nats DYN_REQUEST_PLANE=nats \
  DYN_SDK_DISABLE_ANSI_LOGGING=1 DYN_TCP_RESPONSE_STREAM_HOST=127.0.0.1 DYN_TCP_RPC_HOST=127.0.0.1 \
  ETCD_ENDPOINTS=http://127.0.0.1:20001 HF_HUB_OFFLINE=1 HOME=/runs/run-1 \
  NATS_SERVER=nats://127.0.0.1:20003 PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  SLURMD_NODENAME=node2 SLURM_LOCALID=7 SLURM_NTASKS=16 SLURM_PROCID=15 STANDIN_RUN=run-1 \
  /venv/bin/python \
  -E -s \
  -S /venv/standin/rank.py \
  --worker agg0 \
  --role agg \
  --rendezvous 127.0.0.1:20004 \
  --model-name deepseek-ai/DeepSeek-R1 \
  --model-path /venv/standin/tokenizer \
  --endpoint dynamo.backend.generate \
  --load-seconds 0.2 \
  --era 2026 >logs/agg0.15.log 2>&1 &

wait
