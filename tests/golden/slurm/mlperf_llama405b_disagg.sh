#!/bin/sh
# mlperf_llama405b_disagg with the slurm launcher: 72 ranks on 18 node(s), served at http://node1:8000
# run without these variables of your own: SLURM_NTASKS*, SLURM_NPROCS*, SLURM_TASKS_PER_NODE*,
#   SLURM_NNODES*, SLURM_CPUS_PER_TASK*, SLURM_CPU_BIND*, SLURM_DISTRIBUTION*,
#   SLURM_EXPORT_ENV*, SLURM_STEP*, SLURM_PROCID*, SLURM_LOCALID*, SLURM_NODEID*, SLURM_GTIDS*,
#   SRUN_*, OMPI_COMM_WORLD_*, PMI*

# etcd, on node1
PYTEST_DYNAMO_RUN=run-1 \
  srun \
  --overlap \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env PYTEST_DYNAMO_RUN \
  --verbose \
  --label \
  -A lab \
  -J run-1.etcd \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 1 \
  --ntasks-per-node 1 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  etcd \
  --data-dir /tmp/pytest-dynamo-run-1/etcd \
  --listen-client-urls http://0.0.0.0:2379 \
  --advertise-client-urls http://node1:2379 \
  --listen-peer-urls http://127.0.0.1:2380 \
  --initial-advertise-peer-urls http://127.0.0.1:2380 \
  --initial-cluster default=http://127.0.0.1:2380 >logs/etcd.log 2>&1 &

# nats, on node1
PYTEST_DYNAMO_RUN=run-1 \
  srun \
  --overlap \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env PYTEST_DYNAMO_RUN \
  --verbose \
  --label \
  -A lab \
  -J run-1.nats \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 1 \
  --ntasks-per-node 1 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  nats-server -js \
  --port 4222 \
  --store_dir /tmp/pytest-dynamo-run-1/nats >logs/nats.log 2>&1 &

# frontend, on node1
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  srun \
  --overlap \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN \
  --verbose \
  --label \
  -A lab \
  -J run-1.frontend \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 1 \
  --ntasks-per-node 1 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  python3 -m dynamo.frontend \
  --http-port 8000 >logs/frontend.log 2>&1 &

# prefill0, on node1
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill0 \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill0.log 2>&1 &

# prefill1, on node2
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill1 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill1 \
  --nodelist node2 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill1.log 2>&1 &

# prefill2, on node3
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill2 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill2 \
  --nodelist node3 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill2.log 2>&1 &

# prefill3, on node4
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill3 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill3 \
  --nodelist node4 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill3.log 2>&1 &

# prefill4, on node5
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill4 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill4 \
  --nodelist node5 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill4.log 2>&1 &

# prefill5, on node6
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill5 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill5 \
  --nodelist node6 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill5.log 2>&1 &

# prefill6, on node7
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill6 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill6 \
  --nodelist node7 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill6.log 2>&1 &

# prefill7, on node8
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill7 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill7 \
  --nodelist node8 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill7.log 2>&1 &

# prefill8, on node9
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill8 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill8 \
  --nodelist node9 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill8.log 2>&1 &

# prefill9, on node10
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill9 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill9 \
  --nodelist node10 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill9.log 2>&1 &

# prefill10, on node11
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill10 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill10 \
  --nodelist node11 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill10.log 2>&1 &

# prefill11, on node12
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill11 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill11 \
  --nodelist node12 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill11.log 2>&1 &

# prefill12, on node13
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill12 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill12 \
  --nodelist node13 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill12.log 2>&1 &

# prefill13, on node14
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill13 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill13 \
  --nodelist node14 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy prefill_first >logs/prefill13.log 2>&1 &

# decode0, on node15
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.decode0 \
  --nodelist node15 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/decode.yaml \
  --disaggregation-mode decode \
  --disaggregation-strategy prefill_first >logs/decode0.log 2>&1 &

# decode1, on node16
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode1 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.decode1 \
  --nodelist node16 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/decode.yaml \
  --disaggregation-mode decode \
  --disaggregation-strategy prefill_first >logs/decode1.log 2>&1 &

# decode2, on node17
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode2 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.decode2 \
  --nodelist node17 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/decode.yaml \
  --disaggregation-mode decode \
  --disaggregation-strategy prefill_first >logs/decode2.log 2>&1 &

# decode3, on node18
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode3 \
  TRTLLM_USE_UCX_KVCACHE=1 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image mlpinf_dynamo_trtllm:f9b1757f32d0793abbb625ed4467eab133924671-cd2f9fa62f1c7d9fa35c23518092d45d022f226c-arm64.sqsh \
  --container-mounts /topologies:/mnt \
  --container-env TRTLLM_USE_UCX_KVCACHE,ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.decode3 \
  --nodelist node18 \
  --nodes 1 \
  --ntasks 4 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path nvidia/Llama-3.1-405B-Instruct-FP4 \
  --served-model-name meta-llama/Llama-3.1-405B-Instruct \
  --extra-engine-args /mnt/engine_configs/llama3.1_405b/decode.yaml \
  --disaggregation-mode decode \
  --disaggregation-strategy prefill_first >logs/decode3.log 2>&1 &

wait
